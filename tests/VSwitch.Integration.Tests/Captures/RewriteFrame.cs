using System.Buffers.Binary;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>A frame of a real capture, and what an independent eye sees in it.</summary>
/// <param name="Name">File and number.</param>
/// <param name="Octets">What was captured.</param>
/// <param name="OriginalLength">Octets on the wire.</param>
internal sealed record RewriteFrame(string Name, byte[] Octets, uint OriginalLength)
{
    internal bool IsCut => OriginalLength > Octets.Length;

    internal int Tags { get; } = CountTags(Octets);

    internal int EtherType => Word(12 + (Tags * 4));

    internal int PacketOffset => 14 + (Tags * 4);

    internal bool IsIPv4 => EtherType == 0x0800 && Octets.Length >= PacketOffset + 20 && Octets[PacketOffset] >> 4 == 4
        && (Octets[PacketOffset] & 15) >= 5 && Octets.Length >= PacketOffset + ((Octets[PacketOffset] & 15) * 4);

    internal bool IsIPv6 => EtherType == 0x86DD && Octets.Length >= PacketOffset + 40 && Octets[PacketOffset] >> 4 == 6;

    internal bool IsArp => EtherType == 0x0806;

    /// <summary>The protocol field of IPv4, the next header of IPv6; -1 elsewhere.</summary>
    internal int Protocol => IsIPv4 ? Octets[PacketOffset + 9] : IsIPv6 ? Octets[PacketOffset + 6] : -1;

    internal int HeaderLength => IsIPv4 ? (Octets[PacketOffset] & 15) * 4 : 40;

    /// <summary>What the IP header claims, from the front of the frame.</summary>
    internal int ClaimedLength => PacketOffset + (IsIPv4 ? Word(PacketOffset + 2) : 40 + Word(PacketOffset + 4));

    internal bool IsFragment => IsIPv4 && (Word(PacketOffset + 6) & 0x3FFF) != 0;

    internal bool IsLaterFragment => IsIPv4 && (Word(PacketOffset + 6) & 0x1FFF) != 0;

    /// <summary>Where the checksum of layer 4 stands, were it there.</summary>
    internal int SegmentChecksum => PacketOffset + HeaderLength + Protocol switch { 6 => 16, 17 => 6, _ => 2 };

    /// <summary>UDP whose own length is not that of the rest of the packet.</summary>
    internal bool HasOddUdpLength => Protocol == 17 && !IsLaterFragment && Word(PacketOffset + HeaderLength + 4) != ClaimedLength - PacketOffset - HeaderLength;

    /// <summary>ARP other than a request or a reply for IPv4 over Ethernet.</summary>
    internal bool IsOddArp => IsArp && !(Octets.AsSpan(PacketOffset).StartsWith((byte[])[0, 1, 8, 0, 6, 4, 0]) && Octets.Length >= PacketOffset + 28
        && Octets[PacketOffset + 7] is 1 or 2);

    internal bool IsToIPv4Group => IsIPv4 && Octets[PacketOffset + 16] >> 4 == 0xE;

    internal bool HasGroupMac => ((Octets[0] | Octets[6]) & 1) != 0;

    private int Word(int at) => at + 2 <= Octets.Length ? BinaryPrimitives.ReadUInt16BigEndian(Octets.AsSpan(at)) : -1;

    private static int CountTags(byte[] octets)
    {
        int tags = 0;
        while (octets.Length >= 18 + (tags * 4) && BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(12 + (tags * 4))) is 0x8100 or 0x88A8)
        {
            tags++;
        }

        return tags;
    }
}
