using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.TestKit;

/// <summary>Checks a finished frame octet by octet, with none of the product's code: slow, and easy to believe.</summary>
public static class NaiveChecksums
{
    /// <summary>Lengths and checksums of IP and of TCP or UDP are those of the frame.</summary>
    public static bool AreRight(ReadOnlySpan<byte> frame)
    {
        int l3 = 14;
        while (VlanTag.IsTag((EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[(l3 - 2)..])))
        {
            l3 += 4;
        }

        return IsPacketRight(frame[l3..]);
    }

    /// <summary>Lengths and checksums of IP and of TCP, UDP or ICMP are those of the packet.</summary>
    public static bool IsPacketRight(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 4 ? IsIPv4Right(packet) : IsIPv6Right(packet);

    /// <summary>The checksum of octets whose own checksum field is zero.</summary>
    public static ushort Of(ReadOnlySpan<byte> octets) => (ushort)~Sum(octets);

    /// <summary>The checksum of an upper layer of IPv6, whose own checksum field is zero.</summary>
    /// <param name="addresses">Source and destination.</param>
    /// <param name="protocol">Its number.</param>
    /// <param name="segment">Header and payload.</param>
    public static ushort OfUpperLayer(ReadOnlySpan<byte> addresses, byte protocol, ReadOnlySpan<byte> segment) =>
        Of([.. addresses, 0, 0, (byte)(segment.Length >> 8), (byte)segment.Length, 0, 0, 0, protocol, .. segment]);

    /// <summary>Lengths and checksums of IP and of ICMP right behind it are those of the packet.</summary>
    public static bool IsIcmpRight(ReadOnlySpan<byte> packet)
    {
        if (packet[0] >> 4 == 6)
        {
            byte[] pseudoHeader = [.. packet[8..40], 0, 58, (byte)((packet.Length - 40) >> 8), (byte)(packet.Length - 40)];
            return BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) == packet.Length - 40 && Sum([.. pseudoHeader, .. packet[40..]]) == 0xFFFF;
        }

        return packet[0] == 0x45
            && BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) == packet.Length
            && Sum(packet[..20]) == 0xFFFF
            && Sum(packet[20..]) == 0xFFFF;
    }

    private static bool IsIPv4Right(ReadOnlySpan<byte> packet)
    {
        int header = (packet[0] & 0xF) * 4;
        return BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) == packet.Length
            && Sum(packet[..header]) == 0xFFFF
            && IsUpperLayerRight(packet[12..20], packet[9], packet[header..]);
    }

    private static bool IsIPv6Right(ReadOnlySpan<byte> packet)
    {
        byte protocol = packet[6];
        int header = 40;
        while (protocol == 60)
        {
            protocol = packet[header];
            header += 8 * (packet[header + 1] + 1);
        }

        return BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) == packet.Length - 40
            && IsUpperLayerRight(packet[8..40], protocol, packet[header..]);
    }

    private static bool IsUpperLayerRight(ReadOnlySpan<byte> addresses, byte protocol, ReadOnlySpan<byte> segment)
    {
        bool isUdp = protocol == 17;
        bool isLengthRight = !isUdp || BinaryPrimitives.ReadUInt16BigEndian(segment[4..]) == segment.Length;
        bool saysNone = isUdp && BinaryPrimitives.ReadUInt16BigEndian(segment[6..]) == 0;
        byte[] pseudoHeader = protocol == 1 ? [] : [.. addresses, 0, protocol, (byte)(segment.Length >> 8), (byte)segment.Length];
        return isLengthRight && !saysNone && Sum([.. pseudoHeader, .. segment]) == 0xFFFF;
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)octets[i] << 8 : octets[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }
}
