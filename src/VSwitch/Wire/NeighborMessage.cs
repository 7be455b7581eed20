using System.Buffers.Binary;
using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>Reads a neighbor solicitation or advertisement with its IPv6 header, in place.</summary>
/// <remarks>
/// Octets behind the IPv6 header: type 1 | code 1 | checksum 2 | flags and reserved 4 | target 16 | options, each: type 1 | length 1, in units of
/// 8 octets | value. Source: RFC 4861, sections 4.3, 4.4, 4.6 and 7.1; the option over Ethernet: RFC 2464, section 6.
/// </remarks>
internal readonly ref struct NeighborMessage
{
    /// <summary>Octets of a packet without options.</summary>
    public const int MinLength = IPv6Header.Length + OptionsOffset;

    /// <summary>Octets of the packets that are written here, at most.</summary>
    public const int MaxWrittenLength = MinLength + OptionLength;

    /// <summary>Options that are walked; a message with more of them is refused (SEND, RFC 3971, has six).</summary>
    public const int MaxOptions = 16;

    private const int MessageOffset = IPv6Header.Length;
    private const int ChecksumOffset = 2;
    private const int FlagsOffset = 4;
    private const int TargetOffset = 8;
    private const int OptionsOffset = 24;
    private const int OptionLength = 8; // type, length and a MAC address
    private const byte MaxHopLimit = 255; // what no router has counted down: the sender is on this link

    private const byte SourceLinkLayerAddress = 1;
    private const byte TargetLinkLayerAddress = 2;

    private const byte RouterFlag = 0x80;
    private const byte SolicitedFlag = 0x40;
    private const byte OverrideFlag = 0x20;

    private readonly byte _flags;

    private NeighborMessage(IPv6Header ip, ReadOnlySpan<byte> message)
    {
        IsFromUnspecified = ip.Source == default;
        Source = IpAddressKey.FromIPv6(ip.Source.High, ip.Source.Low);
        Destination = IpAddressKey.FromIPv6(ip.Destination.High, ip.Destination.Low);
        Type = (IcmpV6Type)message[0];
        Target = IpAddressKey.FromIPv6(
            BinaryPrimitives.ReadUInt64BigEndian(message[TargetOffset..]), BinaryPrimitives.ReadUInt64BigEndian(message[(TargetOffset + 8)..]));
        _flags = Type == IcmpV6Type.NeighborAdvertisement ? message[FlagsOffset] : (byte)0;
    }

    /// <summary><see cref="IcmpV6Type.NeighborSolicitation"/> or <see cref="IcmpV6Type.NeighborAdvertisement"/>.</summary>
    public IcmpV6Type Type { get; }

    /// <summary>Who sent the message; the default value when it came from ::.</summary>
    public IpAddressKey Source { get; }

    /// <summary>The sender has no address yet: it asks whether anybody has the target (duplicate address detection, RFC 4862).</summary>
    public bool IsFromUnspecified { get; }

    /// <summary>Whom the message is for, or the group.</summary>
    public IpAddressKey Destination { get; }

    /// <summary>The address that is asked for, or whose link-layer address is told.</summary>
    public IpAddressKey Target { get; }

    /// <summary>Of a solicitation: the sender's. Of an advertisement: the target's. Zero when the option is absent, else a station.</summary>
    public MacAddress LinkLayerAddress { get; private init; }

    /// <summary>R: the sender of the advertisement is a router.</summary>
    public bool IsRouter => (_flags & RouterFlag) != 0;

    /// <summary>S: the advertisement answers a solicitation.</summary>
    public bool IsSolicited => (_flags & SolicitedFlag) != 0;

    /// <summary>O: the advertisement replaces a link-layer address that is known.</summary>
    public bool IsOverride => (_flags & OverrideFlag) != 0;

    /// <summary>Whether a packet is one of the five messages of neighbor discovery, cheaply and unchecked.</summary>
    /// <param name="packet">From the IP header on.</param>
    /// <remarks>One behind extension headers is none: RFC 6980 forbids fragments, and nobody sends the others.</remarks>
    public static bool IsNeighborDiscovery(ReadOnlySpan<byte> packet) =>
        packet.Length > MessageOffset
        && IPv6Header.TryRead(packet, out IPv6Header ip)
        && ip.NextHeader == IpProtocol.IcmpV6
        && (IcmpV6Type)packet[MessageOffset] is >= IcmpV6Type.RouterSolicitation and <= IcmpV6Type.Redirect;

    /// <summary>A message of neighbor discovery that speaks of link-layer addresses: it means nothing where there are none.</summary>
    /// <param name="packet">From the IP header on.</param>
    /// <remarks>Solicitations and advertisements of routers are not among them: they configure hosts, whatever their link layer.</remarks>
    public static bool IsOfLinkLayer(ReadOnlySpan<byte> packet) => IsNeighborDiscovery(packet)
        && TypeOf(packet) is IcmpV6Type.NeighborSolicitation or IcmpV6Type.NeighborAdvertisement or IcmpV6Type.Redirect;

    /// <summary>Which of the five it is: only two are read by <see cref="TryRead"/>.</summary>
    /// <param name="packet">One that <see cref="IsNeighborDiscovery"/> is true for.</param>
    public static IcmpV6Type TypeOf(ReadOnlySpan<byte> packet) => (IcmpV6Type)packet[MessageOffset];

    /// <summary>Checks the message once, by the rules of RFC 4861, sections 7.1.1 and 7.1.2; afterwards no property can throw.</summary>
    /// <param name="packet">From the IPv6 header on; octets behind its payload length are padding of the frame.</param>
    /// <param name="message">The message, when the result is true.</param>
    /// <returns>
    /// False for a message that must be discarded, and for one that is neither a solicitation nor an advertisement. More strictly than the RFC: the
    /// target is a host's address, no address is IPv4-mapped, an advertisement has a source, a link-layer address is that of a station.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out NeighborMessage message)
    {
        message = default;
        if (!IPv6Header.TryReadChecked(packet, out IPv6Header ip)
            || ip.NextHeader != IpProtocol.IcmpV6
            || ip.HopLimit != MaxHopLimit
            || ip.PayloadLength < OptionsOffset)
        {
            return false;
        }

        ReadOnlySpan<byte> octets = packet.Slice(MessageOffset, ip.PayloadLength);
        var type = (IcmpV6Type)octets[0];
        byte code = octets[1];
        if (type is not (IcmpV6Type.NeighborSolicitation or IcmpV6Type.NeighborAdvertisement)
            || code != 0
            || !IsChecksumRight(packet, octets))
        {
            return false;
        }

        byte wanted = type == IcmpV6Type.NeighborSolicitation ? SourceLinkLayerAddress : TargetLinkLayerAddress;
        if (!TryReadOptions(octets[OptionsOffset..], wanted, out MacAddress linkLayerAddress))
        {
            return false;
        }

        NeighborMessage read = new(ip, octets) { LinkLayerAddress = linkLayerAddress };
        if (!read.HasLegalAddresses() || !(type == IcmpV6Type.NeighborSolicitation ? read.IsLegalSolicitation() : read.IsLegalAdvertisement()))
        {
            return false;
        }

        message = read;
        return true;
    }

    /// <summary>Writes a solicitation as a whole IPv6 packet, with the sender's link-layer address unless it comes from ::.</summary>
    /// <param name="packet">At least <see cref="MaxWrittenLength"/> octets.</param>
    /// <param name="source">Who asks; the default value for ::, which asks whether anybody has the target.</param>
    /// <param name="destination">The target, or its <see cref="MulticastMapping.SolicitedNode"/> group.</param>
    /// <param name="target">The address that is asked for.</param>
    /// <param name="sourceMac">The sender's station.</param>
    /// <returns>Octets of the packet.</returns>
    public static int WriteSolicitation(
        Span<byte> packet, IpAddressKey source, IpAddressKey destination, IpAddressKey target, MacAddress sourceMac) =>
        source == IpAddressKey.None
            ? Write(packet, (source, destination, target), (IcmpV6Type.NeighborSolicitation, 0), default, default)
            : Write(packet, (source, destination, target), (IcmpV6Type.NeighborSolicitation, 0), SourceLinkLayerAddress, sourceMac);

    /// <summary>Writes an advertisement as a whole IPv6 packet, with the target's link-layer address.</summary>
    /// <param name="packet">At least <see cref="MaxWrittenLength"/> octets.</param>
    /// <param name="source">Who tells.</param>
    /// <param name="destination">Who asked, or the group of all nodes, ff02::1.</param>
    /// <param name="target">Whose link-layer address is told.</param>
    /// <param name="targetMac">The target's station.</param>
    /// <param name="isRouter">R.</param>
    /// <param name="isSolicited">S; never to a group.</param>
    /// <param name="isOverride">O.</param>
    /// <returns>Octets of the packet.</returns>
    public static int WriteAdvertisement(
        Span<byte> packet,
        IpAddressKey source,
        IpAddressKey destination,
        IpAddressKey target,
        MacAddress targetMac,
        bool isRouter,
        bool isSolicited,
        bool isOverride)
    {
        int flags = (isRouter ? RouterFlag : 0) | (isSolicited ? SolicitedFlag : 0) | (isOverride ? OverrideFlag : 0);
        return Write(packet, (source, destination, target), (IcmpV6Type.NeighborAdvertisement, (byte)flags), TargetLinkLayerAddress, targetMac);
    }

    private bool HasLegalAddresses() =>
        (IsFromUnspecified || Source.IsHost) && Target.IsHost && (Destination.IsHost || Destination.IsMulticast);

    private bool IsLegalSolicitation() =>
        !IsFromUnspecified || (MulticastMapping.IsSolicitedNode(Destination) && LinkLayerAddress.IsZero);

    private bool IsLegalAdvertisement() => !IsFromUnspecified && !(Destination.IsMulticast && IsSolicited);

    private static bool IsChecksumRight(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> message) =>
        InternetChecksum.Add(PseudoHeader(packet, message.Length), InternetChecksum.Sum(message)) == 0xFFFF;

    private static ushort PseudoHeader(ReadOnlySpan<byte> packet, int length) =>
        InternetChecksum.PseudoHeader(packet[IPv6Header.AddressesOffset..IPv6Header.Length], IpProtocol.IcmpV6, length);

    // The first option of a kind counts, as in Linux; every one of that kind has to be right.
    private static bool TryReadOptions(ReadOnlySpan<byte> options, byte wanted, out MacAddress linkLayerAddress)
    {
        linkLayerAddress = default;
        for (int walked = 0; options.Length > 0; walked++)
        {
            int length = options.Length < 2 ? 0 : options[1] * 8;
            if (length == 0 || length > options.Length || walked == MaxOptions)
            {
                return false;
            }

            if (options[0] == wanted)
            {
                MacAddress address = MacAddress.Read(options[2..]);
                if (length != OptionLength || !address.IsStation)
                {
                    return false;
                }

                linkLayerAddress = linkLayerAddress.IsZero ? address : linkLayerAddress;
            }

            options = options[length..];
        }

        return true;
    }

    private static int Write(
        Span<byte> packet,
        (IpAddressKey Source, IpAddressKey Destination, IpAddressKey Target) addresses,
        (IcmpV6Type Type, byte Flags) kind,
        byte option,
        MacAddress linkLayerAddress)
    {
        int length = OptionsOffset + (option == 0 ? 0 : OptionLength);
        IPv6Header.Write(packet, length, IpProtocol.IcmpV6, MaxHopLimit, addresses.Source, addresses.Destination);
        Span<byte> message = packet.Slice(MessageOffset, length);
        message[..OptionsOffset].Clear();
        message[0] = (byte)kind.Type;
        message[FlagsOffset] = kind.Flags;
        addresses.Target.Write(message[TargetOffset..]);
        if (option != 0)
        {
            message[OptionsOffset] = option;
            message[OptionsOffset + 1] = OptionLength / 8;
            linkLayerAddress.Write(message[(OptionsOffset + 2)..]);
        }

        ushort sum = InternetChecksum.Add(PseudoHeader(packet, length), InternetChecksum.Sum(message));
        BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumOffset..], (ushort)~sum);
        return MessageOffset + length;
    }
}
