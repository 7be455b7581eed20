using System.Diagnostics.CodeAnalysis;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Classifying;

/// <summary>What all packets of a flow have in common, in seven words: link addresses, VLANs, IP addresses, protocol, and ports, ICMP type and code or ARP operation.</summary>
/// <remarks>
/// A fragment has no ports here, the first one neither: so all parts of a datagram are of one flow, and in whatever order they come, they get one answer. All IPv6
/// addresses ::ffff:a.b.c.d are one (<see cref="IpAddressKey.None"/>). A frame with a length in place of an EtherType has <see cref="EtherType.None"/>.
/// </remarks>
public readonly struct FlowKey : IEquatable<FlowKey>
{
    /// <summary>Words that a key is made of.</summary>
    internal const int Words = 7;

    private const int FieldsOfAll = (1 << 10) - 1;

    private readonly ulong _sourceHigh;
    private readonly ulong _sourceLow;
    private readonly ulong _destinationHigh;
    private readonly ulong _destinationLow;
    private readonly ulong _from; // source MAC 48 | source port, or ICMP type and code, or ARP operation 16
    private readonly ulong _to;   // destination MAC 48 | destination port 16
    private readonly ulong _kind; // EtherType 16 | VID 12 | inner VID 12 | protocol 8 | fields 16

    internal FlowKey(IpAddressKey source, IpAddressKey destination, ulong from, ulong to, ulong kind)
    {
        (_sourceHigh, _sourceLow) = (source.High, source.Low);
        (_destinationHigh, _destinationLow) = (destination.High, destination.Low);
        (_from, _to, _kind) = (from, to, kind);
    }

    /// <summary>What could be read.</summary>
    public PacketFields Fields => (PacketFields)(ushort)_kind;

    /// <summary>Source of IPv4 or IPv6, sender of ARP.</summary>
    public IpAddressKey Source => new(_sourceHigh, _sourceLow);

    /// <summary>Destination of IPv4 or IPv6, target of ARP.</summary>
    public IpAddressKey Destination => new(_destinationHigh, _destinationLow);

    /// <summary>Who sent the frame.</summary>
    public MacAddress SourceMac => new(_from >> 16);

    /// <summary>Whom the frame is for.</summary>
    public MacAddress DestinationMac => new(_to >> 16);

    /// <summary>What is behind the tags; of bare IP, the EtherType that it would have.</summary>
    public EtherType EtherType => (EtherType)(_kind >> 48);

    /// <summary>The VLAN of the outermost tag.</summary>
    public VlanId Vlan => new((ushort)((_kind >> 36) & 0xFFF));

    /// <summary>The VLAN of the tag inside it.</summary>
    public VlanId InnerVlan => new((ushort)((_kind >> 24) & 0xFFF));

    /// <summary>What is above IP.</summary>
    public IpProtocol Protocol => (IpProtocol)(byte)(_kind >> 16);

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => (ushort)_from;

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => (ushort)_to;

    /// <summary>Type of ICMP or ICMPv6.</summary>
    public byte IcmpType => (byte)(_from >> 8);

    /// <summary>Code of ICMP or ICMPv6.</summary>
    public byte IcmpCode => (byte)_from;

    /// <summary>1 asks, 2 answers (RFC 826).</summary>
    public ushort ArpOperation => (ushort)_from;

    /// <summary>Whether two keys are of one flow.</summary>
    public static bool operator ==(FlowKey left, FlowKey right) => left.Equals(right);

    /// <summary>Whether two keys are of different flows.</summary>
    public static bool operator !=(FlowKey left, FlowKey right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(FlowKey other) => Equals(in this, in other);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is FlowKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash(0);

    internal static bool Equals(in FlowKey left, in FlowKey right) =>
        ((left._sourceHigh ^ right._sourceHigh) | (left._sourceLow ^ right._sourceLow) |
        (left._destinationHigh ^ right._destinationHigh) | (left._destinationLow ^ right._destinationLow) |
        (left._from ^ right._from) | (left._to ^ right._to) | (left._kind ^ right._kind)) == 0;

    /// <summary>Whether this key has the bits of <paramref name="value"/>, as far as <paramref name="mask"/> looks.</summary>
    internal bool Agrees(in FlowKey value, in FlowKey mask)
    {
        // The words without addresses first: they tell most rules apart.
        ulong link = ((_kind ^ value._kind) & mask._kind) | ((_to ^ value._to) & mask._to) | ((_from ^ value._from) & mask._from);
        return link == 0 &&
            (((_sourceHigh ^ value._sourceHigh) & mask._sourceHigh) | ((_sourceLow ^ value._sourceLow) & mask._sourceLow) |
            ((_destinationHigh ^ value._destinationHigh) & mask._destinationHigh) | ((_destinationLow ^ value._destinationLow) & mask._destinationLow)) == 0;
    }

    /// <summary>The bits that stand in one or the other.</summary>
    internal FlowKey Union(in FlowKey other) => new(
        new(_sourceHigh | other._sourceHigh, _sourceLow | other._sourceLow),
        new(_destinationHigh | other._destinationHigh, _destinationLow | other._destinationLow),
        _from | other._from,
        _to | other._to,
        _kind | other._kind);

    /// <summary>Joins the parts of the last word.</summary>
    internal static ulong KindOf(EtherType etherType, VlanId vlan, VlanId innerVlan, IpProtocol protocol, PacketFields fields) =>
        ((ulong)etherType << 48) | ((ulong)(vlan.Value & 0xFFF) << 36) | ((ulong)(innerVlan.Value & 0xFFF) << 24) | ((ulong)protocol << 16) | (ushort)fields;

    /// <summary>Reads words as <see cref="Write"/> wrote them.</summary>
    /// <returns>False when the words claim fields that there are none.</returns>
    internal static bool TryRead(ReadOnlySpan<ulong> words, out FlowKey key)
    {
        key = new(new(words[0], words[1]), new(words[2], words[3]), words[4], words[5], words[6]);
        return ((ushort)key.Fields & ~FieldsOfAll) == 0;
    }

    internal void Write(Span<ulong> words)
    {
        words[6] = _kind; // the highest first: one check of bounds
        words[0] = _sourceHigh;
        words[1] = _sourceLow;
        words[2] = _destinationHigh;
        words[3] = _destinationLow;
        words[4] = _from;
        words[5] = _to;
    }

    /// <summary>Scatters keys so that who doesn't know the seed can't aim at a place of the table.</summary>
    internal ulong Hash(ulong seed)
    {
        // Independent products, then one of them all. No factor may be 0 of its own: it would take the other with it.
        ulong a = Mix(_sourceHigh ^ seed ^ 0xA076_1D64_78BD_642F, _sourceLow ^ 0xE703_7ED1_A0B4_28DB);
        ulong b = Mix(_destinationHigh ^ seed ^ 0x8EBC_6AF0_9C88_C6E3, _destinationLow ^ 0x5899_65CC_7537_4CC3);
        ulong c = Mix(_from ^ seed ^ 0x1D8E_4E27_C47D_124F, _to ^ 0x9E37_79B9_7F4A_7C15);
        return Mix(a ^ _kind ^ 0xC2B2_AE3D_27D4_EB4F, (b + c) ^ seed ^ 0x1656_67B1_9E37_79F9);
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
