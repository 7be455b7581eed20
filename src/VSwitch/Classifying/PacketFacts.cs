using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Classifying;

/// <summary>What a packet shows to a rule. <see cref="Fields"/> says what could be read; all else is zero.</summary>
/// <remarks>
/// What a <see cref="FlowKey"/> holds is the same in all packets of a flow. Length, DSCP, TTL, TCP flags and <see cref="Application"/> are not: a rule that asks
/// for them is answered by the packet that was asked, the first of its flow.
/// </remarks>
public readonly record struct PacketFacts
{
    /// <summary>Octets that <see cref="Write"/> writes.</summary>
    internal const int EncodedLength = (FlowKey.Words * sizeof(ulong)) + sizeof(int) + sizeof(ushort) + 3;

    private readonly FlowKey _flow;

    /// <summary>Facts of a packet that shows what all packets of a flow show.</summary>
    internal PacketFacts(in FlowKey flow) => _flow = flow;

    /// <summary>Puts facts together, for dissectors.</summary>
    /// <param name="fields">What could be read; parameters of other fields are to be left out.</param>
    /// <param name="etherType">What is behind the tags; the type of IP when there is no Ethernet header.</param>
    /// <param name="sourceMac">Who sent the frame.</param>
    /// <param name="destinationMac">Whom the frame is for.</param>
    /// <param name="vlan">The outermost tag's.</param>
    /// <param name="innerVlan">The next tag's.</param>
    /// <param name="source">Of IP, or the sender of ARP.</param>
    /// <param name="destination">Of IP, or the target of ARP.</param>
    /// <param name="protocol">What is above IP.</param>
    /// <param name="upper">The source port; or ICMP type and code, the type in the upper octet; or the ARP operation.</param>
    /// <param name="destinationPort">The destination port.</param>
    public PacketFacts(
        PacketFields fields,
        EtherType etherType,
        MacAddress sourceMac = default,
        MacAddress destinationMac = default,
        VlanId vlan = default,
        VlanId innerVlan = default,
        IpAddressKey source = default,
        IpAddressKey destination = default,
        IpProtocol protocol = default,
        ushort upper = 0,
        ushort destinationPort = 0) =>
        _flow = new(
            source,
            destination,
            (sourceMac.Value << 16) | upper,
            (destinationMac.Value << 16) | destinationPort,
            FlowKey.KindOf(etherType, vlan, innerVlan, protocol, fields));

    /// <summary>What is the same in all packets of the flow.</summary>
    public FlowKey Flow => _flow;

    /// <summary>The same, in place: seven words are not copied for each look at one.</summary>
    [UnscopedRef]
    internal ref readonly FlowKey FlowInPlace => ref _flow;

    /// <summary>Octets of the packet, its Ethernet header included.</summary>
    public int Length { get; init; }

    /// <summary>A number by which a dissector names what it found above; 0 of ours.</summary>
    public ushort Application { get; init; }

    /// <summary>Differentiated services code point, 0 to 63.</summary>
    public byte Dscp { get; init; }

    /// <summary>TTL of IPv4, hop limit of IPv6.</summary>
    public byte TimeToLive { get; init; }

    /// <summary>The flags of TCP.</summary>
    public TcpFlags TcpFlags { get; init; }

    /// <inheritdoc cref="FlowKey.Fields"/>
    public PacketFields Fields => _flow.Fields;

    /// <inheritdoc cref="FlowKey.Source"/>
    public IpAddressKey Source => _flow.Source;

    /// <inheritdoc cref="FlowKey.Destination"/>
    public IpAddressKey Destination => _flow.Destination;

    /// <inheritdoc cref="FlowKey.SourceMac"/>
    public MacAddress SourceMac => _flow.SourceMac;

    /// <inheritdoc cref="FlowKey.DestinationMac"/>
    public MacAddress DestinationMac => _flow.DestinationMac;

    /// <inheritdoc cref="FlowKey.EtherType"/>
    public EtherType EtherType => _flow.EtherType;

    /// <inheritdoc cref="FlowKey.Vlan"/>
    public VlanId Vlan => _flow.Vlan;

    /// <inheritdoc cref="FlowKey.InnerVlan"/>
    public VlanId InnerVlan => _flow.InnerVlan;

    /// <inheritdoc cref="FlowKey.Protocol"/>
    public IpProtocol Protocol => _flow.Protocol;

    /// <summary>The sender's port; 0 without ports.</summary>
    public ushort SourcePort => Has(PacketFields.Ports) ? _flow.SourcePort : (ushort)0;

    /// <summary>The receiver's port; 0 without ports.</summary>
    public ushort DestinationPort => _flow.DestinationPort;

    /// <summary>Type of ICMP or ICMPv6; 0 without.</summary>
    public byte IcmpType => Has(PacketFields.Icmp) ? _flow.IcmpType : (byte)0;

    /// <summary>Code of ICMP or ICMPv6; 0 without.</summary>
    public byte IcmpCode => Has(PacketFields.Icmp) ? _flow.IcmpCode : (byte)0;

    /// <summary>1 asks, 2 answers (RFC 826); 0 without ARP.</summary>
    public ushort ArpOperation => Has(PacketFields.Arp) ? _flow.ArpOperation : (ushort)0;

    /// <summary>Whether all of <paramref name="fields"/> could be read.</summary>
    public bool Has(PacketFields fields) => (Fields & fields) == fields;

    /// <summary>What these facts show, and what <paramref name="other"/> shows beyond: it can't contradict them, and takes nothing away.</summary>
    internal PacketFacts With(in PacketFacts other)
    {
        const PacketFields Network = PacketFields.Arp | PacketFields.IPv4 | PacketFields.IPv6;
        const PacketFields Upper = PacketFields.Ports | PacketFields.TcpFlags | PacketFields.Icmp;
        const PacketFields Link = PacketFields.Ethernet | PacketFields.Vlan | PacketFields.InnerVlan;

        // Each layer as a whole: that of the other only where there is none of ours.
        bool isItsLink = (Fields & Link) == 0 && (other.Fields & Link) != 0;
        bool isItsNetwork = (Fields & Network) == 0;
        bool isItsUpper = isItsNetwork || ((Fields & (Upper | PacketFields.Fragment | PacketFields.Arp)) == 0 && (other.Fields & Upper) != 0);
        PacketFacts link = isItsLink ? other : this;
        PacketFacts network = isItsNetwork ? other : this;
        PacketFacts upper = isItsUpper ? other : this;
        PacketFields fields = (link.Fields & Link) | (network.Fields & (Network | PacketFields.Fragment)) | (upper.Fields & Upper);
        return new(
            fields,
            isItsNetwork && (other.Fields & Network) != 0 ? other.EtherType : EtherType,
            link.SourceMac,
            link.DestinationMac,
            link.Vlan,
            link.InnerVlan,
            network.Source,
            network.Destination,
            upper.Protocol,
            upper._flow.SourcePort,
            upper._flow.DestinationPort)
        {
            Length = Length,
            Application = other.Application,
            Dscp = network.Dscp,
            TimeToLive = network.TimeToLive,
            TcpFlags = upper.TcpFlags,
        };
    }

    /// <summary>Reads what <see cref="Write"/> wrote, in another process maybe, that is not to be trusted.</summary>
    /// <returns>False when the octets are none that it writes.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> octets, out PacketFacts facts)
    {
        Span<ulong> words = stackalloc ulong[FlowKey.Words];
        facts = default;
        if (octets.Length != EncodedLength)
        {
            return false;
        }

        for (int i = 0; i < FlowKey.Words; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64BigEndian(octets[(i * sizeof(ulong))..]);
        }

        ReadOnlySpan<byte> rest = octets[(FlowKey.Words * sizeof(ulong))..];
        bool isTrue = FlowKey.TryRead(words, out FlowKey flow);
        facts = new(flow)
        {
            Length = BinaryPrimitives.ReadInt32BigEndian(rest),
            Application = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]),
            Dscp = rest[6],
            TimeToLive = rest[7],
            TcpFlags = (TcpFlags)rest[8],
        };
        return isTrue && facts.Length >= 0 && facts.Dscp < 64;
    }

    /// <summary>Writes all facts, so that another process can read them.</summary>
    /// <param name="octets">At least <see cref="EncodedLength"/>.</param>
    internal void Write(Span<byte> octets)
    {
        Span<ulong> words = stackalloc ulong[FlowKey.Words];
        _flow.Write(words);
        for (int i = 0; i < FlowKey.Words; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(octets[(i * sizeof(ulong))..], words[i]);
        }

        Span<byte> rest = octets[(FlowKey.Words * sizeof(ulong))..];
        BinaryPrimitives.WriteInt32BigEndian(rest, Length);
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], Application);
        rest[6] = Dscp;
        rest[7] = TimeToLive;
        rest[8] = (byte)TcpFlags;
    }
}
