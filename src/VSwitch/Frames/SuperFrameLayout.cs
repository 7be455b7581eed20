using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>Where the headers of a super-frame are.</summary>
/// <param name="L3Offset">The first octet of the IP header, counted from the first of the Ethernet header.</param>
/// <param name="L4Offset">The first octet of the TCP or UDP header.</param>
/// <param name="HeaderLength">Octets of all headers: where the payload begins.</param>
/// <param name="IsIPv4">IPv4, otherwise IPv6.</param>
/// <param name="IsTcp">TCP, otherwise UDP.</param>
internal readonly record struct SuperFrameLayout(int L3Offset, int L4Offset, int HeaderLength, bool IsIPv4, bool IsTcp)
{
    /// <summary>Tags that a frame may bring from outside (a service and a customer tag).</summary>
    public const int MaxTags = 2;

    /// <summary>Where the L4 checksum stands, counted from <see cref="L4Offset"/>.</summary>
    public int ChecksumOffset => IsTcp ? TcpHeader.ChecksumOffset : UdpHeader.ChecksumOffset;

    /// <summary>Octets in front of the first octet that the L3 length field is bound to count to 65,535.</summary>
    public int LengthOrigin => IsIPv4 ? L3Offset : L3Offset + IPv6Header.Length;

    /// <summary>Finds the headers, in bounded time.</summary>
    /// <param name="frame">The frame, Ethernet header first.</param>
    /// <param name="gsoType">What the frame says it is.</param>
    /// <param name="maxTags">VLAN tags that are skipped at most.</param>
    /// <param name="layout">The headers, when the result is true.</param>
    /// <returns>False when the frame is not what <paramref name="gsoType"/> says, is a fragment, or ends inside a header.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, GsoType gsoType, int maxTags, out SuperFrameLayout layout)
    {
        layout = default;
        bool isTcp = gsoType is GsoType.TcpIPv4 or GsoType.TcpIPv6;
        if ((!isTcp && gsoType != GsoType.UdpSegmentation)
            || !TryFindPacket(frame, maxTags, out EtherType etherType, out int l3Offset))
        {
            return false;
        }

        bool isIPv4 = etherType == EtherType.IPv4;
        bool isMeant = isIPv4 ? gsoType != GsoType.TcpIPv6 : etherType == EtherType.IPv6 && gsoType != GsoType.TcpIPv4;
        ReadOnlySpan<byte> packet = frame[l3Offset..];
        int l3Length = 0;
        IpProtocol protocol = default;
        if (!isMeant || !(isIPv4 ? TryReadIPv4(packet, out protocol, out l3Length) : TryReadIPv6(packet, out protocol, out l3Length))
            || protocol != (isTcp ? IpProtocol.Tcp : IpProtocol.Udp)
            || !TryReadUpperLayer(packet[l3Length..], isTcp, out int l4Length))
        {
            return false;
        }

        layout = new(l3Offset, l3Offset + l3Length, l3Offset + l3Length + l4Length, isIPv4, isTcp);
        return true;
    }

    private static bool TryFindPacket(ReadOnlySpan<byte> frame, int maxTags, out EtherType etherType, out int offset)
    {
        etherType = default;
        offset = EthernetHeader.Length;
        for (int tags = 0; offset <= frame.Length; tags++, offset += VlanTag.Length)
        {
            etherType = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[(offset - 2)..]);
            if (!VlanTag.IsTag(etherType))
            {
                return true;
            }

            if (tags == maxTags)
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> packet, out IpProtocol protocol, out int length)
    {
        bool isWhole = IPv4Header.TryRead(packet, out IPv4Header header) && !header.IsFragment;
        protocol = isWhole ? header.Protocol : default;
        length = isWhole ? header.HeaderLength : 0;
        return isWhole;
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> packet, out IpProtocol protocol, out int length)
    {
        protocol = default;
        length = 0;
        return IPv6Header.TryRead(packet, out IPv6Header header) && header.TryFindUpperLayer(out protocol, out length);
    }

    private static bool TryReadUpperLayer(ReadOnlySpan<byte> segment, bool isTcp, out int length)
    {
        if (isTcp)
        {
            bool isTcpHeader = TcpHeader.TryRead(segment, out TcpHeader tcp);
            length = isTcpHeader ? tcp.HeaderLength : 0;
            return isTcpHeader;
        }

        length = UdpHeader.Length;
        return UdpHeader.TryRead(segment, out _);
    }
}
