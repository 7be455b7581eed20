using System.Globalization;
using System.Net;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Classifying;

/// <summary>Conditions, and the answer for packets that meet them all.</summary>
/// <remarks>
/// Each call returns a rule with one condition more; one with several values is met by any of them. A condition on what a packet does not show is not met. Without conditions
/// every packet meets the rule. Immutable.
/// </remarks>
/// <example><c>new ClassifierRule(answer: 2).Protocol(IpProtocol.Tcp).DestinationPort(80, 443).From("10.0.0.0/8")</c></example>
public sealed class ClassifierRule
{
    /// <summary>A rule that every packet meets.</summary>
    public ClassifierRule(int answer)
        : this(answer, PacketConditions.None)
    {
    }

    private ClassifierRule(int answer, PacketConditions conditions) => (Answer, Conditions) = (answer, conditions);

    /// <summary>A rule that every packet meets, to begin with where conditions are all that counts, as in an access list. It answers 0.</summary>
    /// <example><c>ClassifierRule.All.Protocol(IpProtocol.Tcp).DestinationPort(23)</c></example>
    public static ClassifierRule All { get; } = new(answer: 0);

    /// <summary>What packets get that meet the rule.</summary>
    public int Answer { get; }

    /// <summary>The conditions, without the answer.</summary>
    internal PacketConditions Conditions { get; }

    /// <summary>IPv4 or IPv6, whatever is above.</summary>
    /// <param name="version">4 or 6.</param>
    public ClassifierRule IpVersion(int version)
    {
        PacketFields field = version switch
        {
            4 => PacketFields.IPv4,
            6 => PacketFields.IPv6,
            _ => throw new ArgumentOutOfRangeException(nameof(version), version, "IP has the versions 4 and 6"),
        };
        return With(string.Create(CultureInfo.InvariantCulture, $"ip version {version}"), (in f) => f.Has(field), FlowMask.Has(field));
    }

    /// <summary>What is above IP.</summary>
    public ClassifierRule Protocol(params ReadOnlySpan<IpProtocol> protocols)
    {
        IpProtocol[] any = protocols.ToArray();
        return With(Text("protocol", any), (in f) => (f.Fields & (PacketFields.IPv4 | PacketFields.IPv6)) != 0 && any.Contains(f.Protocol), Kind(any.Select(v => (ulong)v), 8, 16));
    }

    /// <summary>The sender's port.</summary>
    public ClassifierRule SourcePort(params ReadOnlySpan<ushort> ports)
    {
        ushort[] any = ports.ToArray();
        return With(Text("source port", any), (in f) => f.Has(PacketFields.Ports) && any.Contains(f.SourcePort), From(PacketFields.Ports, any.Select(v => (ulong)v), 16));
    }

    /// <summary>The receiver's port.</summary>
    public ClassifierRule DestinationPort(params ReadOnlySpan<ushort> ports)
    {
        ushort[] any = ports.ToArray();
        return With(Text("destination port", any), (in f) => f.Has(PacketFields.Ports) && any.Contains(f.DestinationPort), To(PacketFields.Ports, any.Select(v => (ulong)v), 16));
    }

    /// <summary>The sender's port is in a range, its ends included.</summary>
    public ClassifierRule SourcePortRange(ushort first, ushort last) =>
        With($"source port {first}-{last}", (in f) => f.Has(PacketFields.Ports) && f.SourcePort >= first && f.SourcePort <= last, FlowMask.Has(PacketFields.Ports));

    /// <summary>The receiver's port is in a range, its ends included.</summary>
    public ClassifierRule DestinationPortRange(ushort first, ushort last) =>
        With($"destination port {first}-{last}", (in f) => f.Has(PacketFields.Ports) && f.DestinationPort >= first && f.DestinationPort <= last, FlowMask.Has(PacketFields.Ports));

    /// <summary>The source is in one of the networks; of ARP, the sender.</summary>
    public ClassifierRule From(params ReadOnlySpan<IPNetwork> networks)
    {
        NetworkMatch[] any = NetworkMatch.Of(networks);
        (IpAddressKey mask, IpAddressKey value) = NetworkMatch.Common(any);
        return With(Text("from", any), (in f) => NetworkMatch.Any(any, f.Fields, f.Source), FlowMask.Source(mask, value));
    }

    /// <summary>The source is in a network such as 10.0.0.0/8 or fd00::/8; of ARP, the sender.</summary>
    /// <exception cref="FormatException">The text is no network, or has host bits.</exception>
    public ClassifierRule From(string network) => From(IPNetwork.Parse(network));

    /// <summary>The destination is in one of the networks; of ARP, the target.</summary>
    public ClassifierRule To(params ReadOnlySpan<IPNetwork> networks)
    {
        NetworkMatch[] any = NetworkMatch.Of(networks);
        (IpAddressKey mask, IpAddressKey value) = NetworkMatch.Common(any);
        return With(Text("to", any), (in f) => NetworkMatch.Any(any, f.Fields, f.Destination), FlowMask.Destination(mask, value));
    }

    /// <summary>The destination is in a network such as 10.0.0.0/8 or fd00::/8; of ARP, the target.</summary>
    /// <exception cref="FormatException">The text is no network, or has host bits.</exception>
    public ClassifierRule To(string network) => To(IPNetwork.Parse(network));

    /// <summary>The VLAN of the outermost tag; 0 of a tag that carries a priority only.</summary>
    public ClassifierRule Vlan(params ReadOnlySpan<ushort> vlans)
    {
        ushort[] any = vlans.ToArray();
        return With(Text("vlan", any), (in f) => f.Has(PacketFields.Vlan) && any.Contains(f.Vlan.Value), Kind(any.Select(v => (ulong)v), 12, 36).And(FlowMask.Has(PacketFields.Vlan)));
    }

    /// <summary>The VLAN of the tag inside the outermost one.</summary>
    public ClassifierRule InnerVlan(params ReadOnlySpan<ushort> vlans)
    {
        ushort[] any = vlans.ToArray();
        return With(Text("inner vlan", any), (in f) => f.Has(PacketFields.InnerVlan) && any.Contains(f.InnerVlan.Value), Kind(any.Select(v => (ulong)v), 12, 24).And(FlowMask.Has(PacketFields.InnerVlan)));
    }

    /// <summary>An Ethernet frame without a tag.</summary>
    public ClassifierRule Untagged() => With("untagged", (in f) => (f.Fields & (PacketFields.Ethernet | PacketFields.Vlan)) == PacketFields.Ethernet, FlowMask.Has(PacketFields.Ethernet));

    /// <summary>What is behind the tags; on bare IP too.</summary>
    public ClassifierRule EtherType(params ReadOnlySpan<EtherType> types)
    {
        EtherType[] any = types.ToArray();
        return With(Text("type", any), (in f) => any.Contains(f.EtherType), Kind(any.Select(v => (ulong)v), 16, 48));
    }

    /// <summary>Who sent the frame.</summary>
    public ClassifierRule SourceMac(params ReadOnlySpan<MacAddress> stations)
    {
        MacAddress[] any = stations.ToArray();
        return With(Text("source", any), (in f) => f.Has(PacketFields.Ethernet) && any.Contains(f.SourceMac), From(PacketFields.Ethernet, any.Select(v => v.Value), 48, 16));
    }

    /// <summary>Whom the frame is for.</summary>
    public ClassifierRule DestinationMac(params ReadOnlySpan<MacAddress> stations)
    {
        MacAddress[] any = stations.ToArray();
        return With(Text("destination", any), (in f) => f.Has(PacketFields.Ethernet) && any.Contains(f.DestinationMac), To(PacketFields.Ethernet, any.Select(v => v.Value), 48, 16));
    }

    /// <summary>Who sent the frame, in the bits of a mask only.</summary>
    /// <param name="stations">The bits that are wanted.</param>
    /// <param name="mask">The bits that are looked at: ff:ff:ff:00:00:00 for those of a manufacturer.</param>
    /// <exception cref="ArgumentException">The address has bits that are not in the mask: nothing would meet that.</exception>
    public ClassifierRule SourceMacMask(MacAddress stations, MacAddress mask)
    {
        ThrowIfOutside(stations, mask);
        return With($"source {stations}/{mask}", (in f) => f.Has(PacketFields.Ethernet) && (f.SourceMac.Value & mask.Value) == stations.Value, FlowMask.From((mask.Value << 16, stations.Value << 16)));
    }

    /// <summary>Whom the frame is for, in the bits of a mask only.</summary>
    /// <param name="stations">The bits that are wanted.</param>
    /// <param name="mask">The bits that are looked at: 01:00:00:00:00:00 for the bit that makes a group.</param>
    /// <exception cref="ArgumentException">The address has bits that are not in the mask: nothing would meet that.</exception>
    public ClassifierRule DestinationMacMask(MacAddress stations, MacAddress mask)
    {
        ThrowIfOutside(stations, mask);
        return With($"destination {stations}/{mask}", (in f) => f.Has(PacketFields.Ethernet) && (f.DestinationMac.Value & mask.Value) == stations.Value, FlowMask.To((mask.Value << 16, stations.Value << 16)));
    }

    /// <summary>Flags of TCP; of the first packet of a flow, where flows are answered.</summary>
    /// <param name="all">Flags that must all be set.</param>
    /// <param name="none">Flags of which none may be set.</param>
    /// <exception cref="ArgumentException">A flag is in both: nothing would meet that.</exception>
    /// <example><c>TcpFlags(all: TcpFlags.Syn, none: TcpFlags.Ack)</c> is met by what opens a connection.</example>
    public ClassifierRule TcpFlags(TcpFlags all, TcpFlags none = Wire.TcpFlags.None)
    {
        if ((all & none) != 0)
        {
            throw new ArgumentException($"{all & none}: set and not set at once", nameof(none));
        }

        string text = none == 0 ? $"tcp flags {all}" : $"tcp flags {all} not {none}";
        return With(text, (in f) => f.Has(PacketFields.TcpFlags) && (f.TcpFlags & (all | none)) == all, FlowMask.Has(PacketFields.TcpFlags));
    }

    /// <summary>Type of ICMP or ICMPv6; they number differently: an echo request is 8 there, 128 here.</summary>
    public ClassifierRule IcmpType(params ReadOnlySpan<byte> types)
    {
        byte[] any = types.ToArray();
        return With(Text("icmp type", any), (in f) => f.Has(PacketFields.Icmp) && any.Contains(f.IcmpType), From(PacketFields.Icmp, any.Select(v => (ulong)v), 8, 8));
    }

    /// <summary>Code of ICMP or ICMPv6; what it means depends on the type.</summary>
    public ClassifierRule IcmpCode(params ReadOnlySpan<byte> codes)
    {
        byte[] any = codes.ToArray();
        return With(Text("icmp code", any), (in f) => f.Has(PacketFields.Icmp) && any.Contains(f.IcmpCode), From(PacketFields.Icmp, any.Select(v => (ulong)v), 8));
    }

    /// <summary>1 asks, 2 answers (RFC 826).</summary>
    public ClassifierRule ArpOperation(params ReadOnlySpan<ushort> operations)
    {
        ushort[] any = operations.ToArray();
        return With(Text("arp", any), (in f) => f.Has(PacketFields.Arp) && any.Contains(f.ArpOperation), From(PacketFields.Arp, any.Select(v => (ulong)v), 16));
    }

    /// <summary>A part of a datagram. Parts show no ports: rules on ports don't meet them.</summary>
    public ClassifierRule Fragment() => With("fragment", (in f) => f.Has(PacketFields.Fragment), FlowMask.Has(PacketFields.Fragment));

    /// <summary>Differentiated services code point, 0 to 63; of the first packet of a flow.</summary>
    public ClassifierRule Dscp(params ReadOnlySpan<byte> points)
    {
        byte[] any = points.ToArray();
        return With(Text("dscp", any), (in f) => (f.Fields & (PacketFields.IPv4 | PacketFields.IPv6)) != 0 && any.Contains(f.Dscp), mask: default);
    }

    /// <summary>What a dissector named; ours names nothing.</summary>
    public ClassifierRule Application(params ReadOnlySpan<ushort> applications)
    {
        ushort[] any = applications.ToArray();
        return With(Text("application", any), (in f) => any.Contains(f.Application), mask: default);
    }

    /// <summary>Whatever else: asked once per flow, of an access list for each frame, on the thread that forwards. One that throws is not met, and counted; it may not be asked when another condition is not met.</summary>
    public ClassifierRule Where(Func<PacketFacts, bool> isMet)
    {
        ArgumentNullException.ThrowIfNull(isMet);
        return new(Answer, Conditions.With("where ...", (in f) => isMet(f), mask: default, canThrow: true));
    }

    /// <summary>The conditions and the answer, as people would say them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Conditions} → {Answer}");

    internal bool IsMetBy(in PacketFacts facts) => Conditions.IsMetBy(in facts);

    private static string Text<T>(string what, T[] any) => $"{what} {string.Join('/', any)}";

    // Where a value stands in a word: FlowKey.
    private static FlowMask From(PacketFields fields, IEnumerable<ulong> values, int bits, int shift = 0) => FlowMask.From(FlowMask.Common(values, bits, shift)).And(FlowMask.Has(fields));

    private static FlowMask To(PacketFields fields, IEnumerable<ulong> values, int bits, int shift = 0) => FlowMask.To(FlowMask.Common(values, bits, shift)).And(FlowMask.Has(fields));

    private static FlowMask Kind(IEnumerable<ulong> values, int bits, int shift) => FlowMask.Kind(FlowMask.Common(values, bits, shift));

    private static void ThrowIfOutside(MacAddress stations, MacAddress mask)
    {
        if ((stations.Value & ~mask.Value) != 0)
        {
            throw new ArgumentException($"{stations} has bits that are not in {mask}", nameof(stations));
        }
    }

    private ClassifierRule With(string text, PacketCondition isMet, in FlowMask mask) => new(Answer, Conditions.With(text, isMet, in mask));
}
