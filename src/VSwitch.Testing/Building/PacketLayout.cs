using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace VSwitch.Testing.Building;

/// <summary>Writes IP packets with their lengths and checksums.</summary>
/// <remarks>Sources: RFC 791, RFC 8200, RFC 768, RFC 9293, RFC 792, RFC 4443; the checksum: RFC 1071.</remarks>
internal static class PacketLayout
{
    private const int IPv4HeaderLength = 20;
    private const int IPv6HeaderLength = 40;
    private const byte IcmpProtocol = 1;
    private const byte UdpProtocol = 17;
    private const byte DontFragment = 0x40;

    /// <param name="from">The source.</param>
    /// <param name="to">The destination, of the same family.</param>
    /// <param name="hops">TTL or hop limit.</param>
    /// <param name="dscp">0 to 63.</param>
    /// <param name="protocol">Of the segment.</param>
    /// <param name="segment">The upper layer; its length and checksum are written.</param>
    /// <param name="checksumAt">Where its checksum goes; negative for none.</param>
    internal static byte[] Write(IPAddress from, IPAddress to, byte hops, byte dscp, byte protocol, byte[] segment, int checksumAt)
    {
        byte[] addresses = [.. from.GetAddressBytes(), .. to.GetAddressBytes()];
        if (protocol == UdpProtocol && checksumAt >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(4), checked((ushort)segment.Length));
        }

        if (checksumAt >= 0)
        {
            uint pseudo = protocol == IcmpProtocol ? 0 : Sum(addresses) + protocol + (uint)segment.Length;
            var checksum = (ushort)~Fold(pseudo + Sum(segment));
            BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(checksumAt), checksum == 0 && protocol == UdpProtocol ? ushort.MaxValue : checksum);
        }

        return from.AddressFamily == AddressFamily.InterNetwork
            ? [.. IPv4Header(addresses, hops, dscp, protocol, segment.Length), .. segment]
            : [.. IPv6Header(addresses, hops, dscp, protocol, segment.Length), .. segment];
    }

    private static byte[] IPv4Header(byte[] addresses, byte hops, byte dscp, byte protocol, int payload)
    {
        var header = new byte[IPv4HeaderLength];
        header[0] = 0x45;
        header[1] = (byte)(dscp << 2);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), checked((ushort)(IPv4HeaderLength + payload)));
        header[6] = DontFragment;
        header[8] = hops;
        header[9] = protocol;
        addresses.CopyTo(header, 12);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)~Fold(Sum(header)));
        return header;
    }

    private static byte[] IPv6Header(byte[] addresses, byte hops, byte dscp, byte protocol, int payload)
    {
        var header = new byte[IPv6HeaderLength];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)(0x6000 | (dscp << 6)));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), checked((ushort)payload));
        header[6] = protocol;
        header[7] = hops;
        addresses.CopyTo(header, 8);
        return header;
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (uint)(i % 2 == 0 ? octets[i] << 8 : octets[i]);
        }

        return sum; // 65,535 octets at most: no overflow
    }

    private static ushort Fold(uint sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
