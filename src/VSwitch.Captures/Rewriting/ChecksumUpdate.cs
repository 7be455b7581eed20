using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <summary>Keeps checksums as right as they were, and computes them anew.</summary>
internal static class ChecksumUpdate
{
    private const int UdpChecksum = 6, IcmpChecksum = 2, UdpHeader = 8;

    /// <summary>Brings a checksum up to date for words that changed: a right one stays right, a wrong one as wrong as it was.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="offset">Where the checksum stands; -1 for nowhere.</param>
    /// <param name="oldSum">The sum of the words as they were.</param>
    /// <param name="newSum">The sum of the words as they are.</param>
    /// <param name="isUdp">0 stands for no checksum, and is never written.</param>
    /// <remarks>RFC 1624, equation 3.</remarks>
    internal static void Replace(Span<byte> frame, int offset, ushort oldSum, ushort newSum, bool isUdp = false)
    {
        if (offset < 0 || oldSum == newSum)
        {
            return;
        }

        Span<byte> field = frame.Slice(offset, sizeof(ushort));
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(field);
        if (isUdp && checksum == 0)
        {
            return;
        }

        var updated = (ushort)~InternetChecksum.Add(InternetChecksum.Subtract((ushort)~checksum, oldSum), newSum);
        BinaryPrimitives.WriteUInt16BigEndian(field, isUdp && updated == 0 ? ushort.MaxValue : updated);
    }

    /// <summary>Computes the checksums of a frame anew: that of the IPv4 header, and that of TCP, UDP, ICMP or ICMPv6 where all it covers is there.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">Of this very frame.</param>
    internal static void Compute(Span<byte> frame, in PacketLayout layout)
    {
        if (layout.Kind == PacketKind.IPv4)
        {
            IPv4Header.WriteChecksum(frame.Slice(layout.PacketOffset, layout.HeaderLength));
        }

        if (!layout.IsIp || layout.SegmentOffset < 0 || layout.IsFragment || layout.IsCut)
        {
            return;
        }

        Span<byte> segment = frame[layout.SegmentOffset..layout.End];
        if (layout is { Kind: PacketKind.IPv4, Protocol: IpProtocol.Icmp })
        {
            if (segment.Length >= IcmpChecksum + sizeof(ushort))
            {
                Write(segment, IcmpChecksum, 0, isUdp: false);
            }
        }
        else if (layout.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.IcmpV6 && layout.SegmentChecksumOffset >= 0
            && layout is { SourceElsewhere: false, DestinationElsewhere: false })
        {
            bool isUdp = layout.Protocol == IpProtocol.Udp;
            int offset = layout.SegmentChecksumOffset - layout.SegmentOffset;
            if (isUdp && BinaryPrimitives.ReadUInt16BigEndian(segment[UdpChecksum..]) == 0)
            {
                return;
            }

            segment = isUdp ? segment[..UdpLength(segment)] : segment;
            Span<byte> addresses = layout.Kind == PacketKind.IPv4
                ? frame.Slice(layout.PacketOffset + 12, 8)
                : frame.Slice(layout.PacketOffset + IPv6Header.AddressesOffset, 32);
            Write(segment, offset, InternetChecksum.PseudoHeader(addresses, layout.Protocol, segment.Length), isUdp);
        }
    }

    // What the UDP header claims, where that can be; else all that the packet has.
    private static int UdpLength(ReadOnlySpan<byte> segment)
    {
        int claimed = BinaryPrimitives.ReadUInt16BigEndian(segment[4..]);
        return claimed >= UdpHeader && claimed <= segment.Length ? claimed : segment.Length;
    }

    private static void Write(Span<byte> segment, int offset, ushort pseudoHeader, bool isUdp)
    {
        Span<byte> field = segment.Slice(offset, sizeof(ushort));
        field.Clear();
        var checksum = (ushort)~InternetChecksum.Add(InternetChecksum.Sum(segment), pseudoHeader);
        BinaryPrimitives.WriteUInt16BigEndian(field, isUdp && checksum == 0 ? ushort.MaxValue : checksum);
    }
}
