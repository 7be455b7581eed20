using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>ICMP and ICMPv6, as far as a router speaks them: which packets may be reported, the reports, and echoes.</summary>
/// <remarks>
/// Octets: type 1 | code 1 | checksum 2 | 4 that depend on the type | the packet that is reported, or data. Sources: RFC 792, RFC 4443.
/// </remarks>
internal static partial class IcmpMessage
{
    /// <summary>Octets in front of what is quoted or echoed.</summary>
    public const int HeaderLength = 8;

    private const byte EchoReplyV4 = 0;
    private const byte EchoRequestV4 = 8;
    private const int FragmentHeaderLength = 8;

    /// <summary>Whether the sender of a packet may be told what became of it, so that reports neither answer each other nor multiply.</summary>
    /// <param name="packet">From the IP header on, checked by <c>TryReadChecked</c>.</param>
    /// <param name="kind">What is to be told.</param>
    /// <returns>
    /// False for a report or anything else of ICMP that is no plain question, for neighbor discovery, for a fragment that is not the first,
    /// for a packet to a group or broadcast (but <see cref="IcmpError.PacketTooBig"/> of IPv6, which path MTU discovery needs),
    /// and for a source that is no single host.
    /// </returns>
    /// <remarks>
    /// Whether the frame was a broadcast of Ethernet, and whether an address is the broadcast of a network, only the caller knows.
    /// Sources: RFC 1122, section 3.2.2; RFC 1812, section 4.3.2.7; RFC 4443, section 2.4(e).
    /// </remarks>
    public static bool MayReport(ReadOnlySpan<byte> packet, IcmpError kind) =>
        IPv4Header.TryRead(packet, out IPv4Header v4) ? MayReport(packet, in v4)
        : IPv6Header.TryRead(packet, out IPv6Header v6) && MayReport(packet, in v6, kind);

    /// <summary>A packet that asks one host for an echo: unfragmented, whole, its checksum right, its ICMP header directly behind that of IP.</summary>
    /// <param name="packet">From the IP header on.</param>
    public static bool IsEchoRequest(ReadOnlySpan<byte> packet)
    {
        if (IPv4Header.TryReadChecked(packet, out IPv4Header v4))
        {
            ReadOnlySpan<byte> message = packet[v4.HeaderLength..v4.TotalLength];
            return v4.Protocol == IpProtocol.Icmp
                && !v4.IsFragment
                && IsBetweenHosts(SourceOf(in v4), DestinationOf(in v4))
                && message.Length >= HeaderLength && message[0] == EchoRequestV4 && message[1] == 0
                && InternetChecksum.Sum(message) == 0xFFFF;
        }

        if (IPv6Header.TryReadChecked(packet, out IPv6Header v6))
        {
            ReadOnlySpan<byte> message = packet.Slice(IPv6Header.Length, v6.PayloadLength);
            return v6.NextHeader == IpProtocol.IcmpV6
                && IsBetweenHosts(SourceOf(in v6), DestinationOf(in v6))
                && message.Length >= HeaderLength && message[0] == (byte)IcmpV6Type.EchoRequest && message[1] == 0
                && InternetChecksum.Add(PseudoHeader(packet, message.Length), InternetChecksum.Sum(message)) == 0xFFFF;
        }

        return false;
    }

    private static bool MayReport(ReadOnlySpan<byte> packet, in IPv4Header ip) =>
        IsBetweenHosts(SourceOf(in ip), DestinationOf(in ip))
        && ip.FragmentOffset == 0
        && (ip.Protocol != IpProtocol.Icmp || (packet.Length > ip.HeaderLength && IsQuestionV4(packet[ip.HeaderLength])));

    private static bool MayReport(ReadOnlySpan<byte> packet, in IPv6Header ip, IcmpError kind)
    {
        IpAddressKey destination = DestinationOf(in ip);
        bool isForSomebody = destination.IsHost || (kind == IcmpError.PacketTooBig && destination.IsMulticast);
        return IsSingleHost(SourceOf(in ip))
            && isForSomebody
            && TryFindUpperLayer(packet, in ip, out IpProtocol protocol, out int offset)
            && (protocol != IpProtocol.IcmpV6 || (offset < packet.Length && IsQuestionV6((IcmpV6Type)packet[offset])));
    }

    // Reports are 3, 4, 5, 11 and 12; a type that nobody knows may be one.
    private static bool IsQuestionV4(byte type) => type is EchoReplyV4 or EchoRequestV4 or (>= 13 and <= 18);

    private static bool IsQuestionV6(IcmpV6Type type) =>
        type >= IcmpV6Type.EchoRequest && type is not (>= IcmpV6Type.RouterSolicitation and <= IcmpV6Type.Redirect);

    // Behind a first fragment too. False when there is no telling what the packet is: it may be a report.
    private static bool TryFindUpperLayer(ReadOnlySpan<byte> packet, in IPv6Header ip, out IpProtocol protocol, out int offset)
    {
        const int OffsetMask = 0xFFF8;
        protocol = ip.NextHeader;
        offset = IPv6Header.Length;
        for (int walked = 0; walked <= IPv6Header.MaxExtensionHeaders; walked++)
        {
            if (!IsExtension(protocol))
            {
                return true;
            }

            if (packet.Length - offset < FragmentHeaderLength)
            {
                return false;
            }

            ReadOnlySpan<byte> header = packet.Slice(offset, FragmentHeaderLength);
            if (protocol == IpProtocol.Fragment && (((header[2] << 8) | header[3]) & OffsetMask) != 0)
            {
                return false;
            }

            offset += protocol switch
            {
                IpProtocol.Fragment => FragmentHeaderLength,
                IpProtocol.Authentication => (header[1] + 2) * 4,
                _ => (header[1] + 1) * 8,
            };
            protocol = (IpProtocol)header[0];
        }

        return false;
    }

    private static bool IsExtension(IpProtocol protocol) =>
        protocol is IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.Authentication or IpProtocol.DestinationOptions;

    private static bool IsBetweenHosts(IpAddressKey source, IpAddressKey destination) => IsSingleHost(source) && destination.IsHost;

    private static bool IsSingleHost(IpAddressKey source) => source.IsHost && !source.IsLoopback;

    private static IpAddressKey SourceOf(in IPv4Header ip) => IpAddressKey.FromIPv4(ip.Source);

    private static IpAddressKey SourceOf(in IPv6Header ip) => IpAddressKey.FromIPv6(ip.Source.High, ip.Source.Low);

    private static IpAddressKey DestinationOf(in IPv4Header ip) => IpAddressKey.FromIPv4(ip.Destination);

    private static IpAddressKey DestinationOf(in IPv6Header ip) => IpAddressKey.FromIPv6(ip.Destination.High, ip.Destination.Low);

    private static ushort PseudoHeader(ReadOnlySpan<byte> packet, int length) =>
        InternetChecksum.PseudoHeader(packet[IPv6Header.AddressesOffset..IPv6Header.Length], IpProtocol.IcmpV6, length);
}
