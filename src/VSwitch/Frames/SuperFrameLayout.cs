using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>Where the headers of a super-frame are.</summary>
/// <param name="L3Offset">The first octet of the IP header, counted from the first of the frame; 0 for bare IP.</param>
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
    /// <param name="frame">The frame.</param>
    /// <param name="linkLayer">What it begins with.</param>
    /// <param name="gsoType">What the frame says it is.</param>
    /// <param name="maxTags">VLAN tags that are skipped at most.</param>
    /// <param name="layout">The headers, when the result is true.</param>
    /// <returns>False when the frame is not what <paramref name="gsoType"/> says, is a fragment, or ends inside a header.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, LinkLayer linkLayer, GsoType gsoType, int maxTags, out SuperFrameLayout layout)
    {
        layout = default;
        if (!TryFindPacket(frame, linkLayer, maxTags, out EtherType etherType, out int l3Offset))
        {
            return false;
        }

        return etherType switch
        {
            EtherType.IPv4 => TryReadIPv4(frame, l3Offset, gsoType, out layout),
            EtherType.IPv6 => TryReadIPv6(frame, l3Offset, gsoType, out layout),
            _ => false,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFindPacket(ReadOnlySpan<byte> frame, LinkLayer linkLayer, int maxTags, out EtherType etherType, out int offset)
    {
        if (linkLayer == LinkLayer.Ip)
        {
            (etherType, offset) = (TypeOfPacket(frame), 0);
            return true;
        }

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

    // Bare IP says in its first four bits what it is; whoever reads the header looks at them again.
    private static EtherType TypeOfPacket(ReadOnlySpan<byte> packet) =>
        packet.Length > 0 && packet[0] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadIPv4(ReadOnlySpan<byte> frame, int l3Offset, GsoType gsoType, out SuperFrameLayout layout)
    {
        layout = default;
        return gsoType != GsoType.TcpIPv6
            && IPv4Header.TryRead(frame[l3Offset..], out IPv4Header ip) && !ip.IsFragment
            && TryReadUpperLayer(frame, (l3Offset, l3Offset + ip.HeaderLength), ip.Protocol, gsoType, isIPv4: true, out layout);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // keeps its locals out of the frame of the common case
    private static bool TryReadIPv6(ReadOnlySpan<byte> frame, int l3Offset, GsoType gsoType, out SuperFrameLayout layout)
    {
        layout = default;
        return gsoType != GsoType.TcpIPv4
            && IPv6Header.TryRead(frame[l3Offset..], out IPv6Header ip) && ip.TryFindUpperLayer(out IpProtocol protocol, out int l3Length)
            && TryReadUpperLayer(frame, (l3Offset, l3Offset + l3Length), protocol, gsoType, isIPv4: false, out layout);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadUpperLayer(
        ReadOnlySpan<byte> frame, (int L3, int L4) offsets, IpProtocol protocol, GsoType gsoType, bool isIPv4, out SuperFrameLayout layout)
    {
        layout = default;
        ReadOnlySpan<byte> segment = frame[offsets.L4..];
        bool isTcp = protocol == IpProtocol.Tcp;
        int length;
        if (isTcp && gsoType is GsoType.TcpIPv4 or GsoType.TcpIPv6 && TcpHeader.TryRead(segment, out TcpHeader tcp))
        {
            length = tcp.HeaderLength;
        }
        else if (protocol == IpProtocol.Udp && gsoType == GsoType.UdpSegmentation && UdpHeader.TryRead(segment, out _))
        {
            length = UdpHeader.Length;
        }
        else
        {
            return false;
        }

        layout = new(offsets.L3, offsets.L4, offsets.L4 + length, isIPv4, isTcp);
        return true;
    }
}
