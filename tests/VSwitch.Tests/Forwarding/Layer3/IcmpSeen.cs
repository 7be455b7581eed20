using System.Buffers.Binary;
using System.Net;
using VSwitch.TestKit;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>An ICMP message of either family as it was seen, read with none of the product's parsers, its checksums checked.</summary>
/// <param name="Source">Of the packet.</param>
/// <param name="Destination">Of the packet.</param>
/// <param name="Type">Of the message.</param>
/// <param name="Code">Of the message.</param>
/// <param name="Word">The four octets behind the checksum: the MTU, or identifier and sequence number.</param>
/// <param name="Rest">What is quoted or echoed.</param>
internal sealed record IcmpSeen(string Source, string Destination, int Type, int Code, uint Word, byte[] Rest)
{
    internal static IcmpSeen Of(byte[] packet)
    {
        bool isV4 = packet[0] >> 4 == 4;
        Assert.Equal(isV4 ? 1 : 58, packet[isV4 ? 9 : 6]);
        Assert.True(NaiveChecksums.IsIcmpRight(packet));
        byte[] message = packet[(isV4 ? 20 : 40)..];
        return new(
            new IPAddress(isV4 ? packet[12..16] : packet[8..24]).ToString(), new IPAddress(isV4 ? packet[16..20] : packet[24..40]).ToString(),
            message[0], message[1], BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4)), message[8..]);
    }

    /// <summary>It says what it is expected to say, about this packet.</summary>
    internal void AssertSays(string from, string to, int type, int code, byte[] about, uint mtu = 0)
    {
        Assert.Equal((from, to, type, code, mtu), (Source, Destination, Type, Code, Word));
        Assert.Equal(about[..Rest.Length], Rest);
        Assert.True(Rest.Length >= Math.Min(about.Length, 28));
    }
}
