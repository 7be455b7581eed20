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
    private readonly (string Text, PacketCondition IsMet)[] _conditions;

    /// <summary>A rule that every packet meets.</summary>
    public ClassifierRule(int answer)
        : this(answer, [])
    {
    }

    private ClassifierRule(int answer, (string Text, PacketCondition IsMet)[] conditions) => (Answer, _conditions) = (answer, conditions);

    /// <summary>What packets get that meet the rule.</summary>
    public int Answer { get; }

    /// <summary>What is above IP.</summary>
    public ClassifierRule Protocol(params ReadOnlySpan<IpProtocol> protocols)
    {
        IpProtocol[] any = protocols.ToArray();
        return With(Text("protocol", any), (in f) => (f.Fields & (PacketFields.IPv4 | PacketFields.IPv6)) != 0 && any.Contains(f.Protocol));
    }

    /// <summary>The sender's port.</summary>
    public ClassifierRule SourcePort(params ReadOnlySpan<ushort> ports)
    {
        ushort[] any = ports.ToArray();
        return With(Text("source port", any), (in f) => f.Has(PacketFields.Ports) && any.Contains(f.SourcePort));
    }

    /// <summary>The receiver's port.</summary>
    public ClassifierRule DestinationPort(params ReadOnlySpan<ushort> ports)
    {
        ushort[] any = ports.ToArray();
        return With(Text("destination port", any), (in f) => f.Has(PacketFields.Ports) && any.Contains(f.DestinationPort));
    }

    /// <summary>The sender's port is in a range, its ends included.</summary>
    public ClassifierRule SourcePortRange(ushort first, ushort last) =>
        With($"source port {first}-{last}", (in f) => f.Has(PacketFields.Ports) && f.SourcePort >= first && f.SourcePort <= last);

    /// <summary>The receiver's port is in a range, its ends included.</summary>
    public ClassifierRule DestinationPortRange(ushort first, ushort last) =>
        With($"destination port {first}-{last}", (in f) => f.Has(PacketFields.Ports) && f.DestinationPort >= first && f.DestinationPort <= last);

    /// <summary>The source is in one of the networks; of ARP, the sender.</summary>
    public ClassifierRule From(params ReadOnlySpan<IPNetwork> networks)
    {
        NetworkMatch[] any = NetworkMatch.Of(networks);
        return With(Text("from", any), (in f) => NetworkMatch.Any(any, f.Fields, f.Source));
    }

    /// <summary>The source is in a network such as 10.0.0.0/8 or fd00::/8; of ARP, the sender.</summary>
    /// <exception cref="FormatException">The text is no network, or has host bits.</exception>
    public ClassifierRule From(string network) => From(IPNetwork.Parse(network));

    /// <summary>The destination is in one of the networks; of ARP, the target.</summary>
    public ClassifierRule To(params ReadOnlySpan<IPNetwork> networks)
    {
        NetworkMatch[] any = NetworkMatch.Of(networks);
        return With(Text("to", any), (in f) => NetworkMatch.Any(any, f.Fields, f.Destination));
    }

    /// <summary>The destination is in a network such as 10.0.0.0/8 or fd00::/8; of ARP, the target.</summary>
    /// <exception cref="FormatException">The text is no network, or has host bits.</exception>
    public ClassifierRule To(string network) => To(IPNetwork.Parse(network));

    /// <summary>The VLAN of the outermost tag; 0 of a tag that carries a priority only.</summary>
    public ClassifierRule Vlan(params ReadOnlySpan<ushort> vlans)
    {
        ushort[] any = vlans.ToArray();
        return With(Text("vlan", any), (in f) => f.Has(PacketFields.Vlan) && any.Contains(f.Vlan.Value));
    }

    /// <summary>An Ethernet frame without a tag.</summary>
    public ClassifierRule Untagged() => With("untagged", (in f) => (f.Fields & (PacketFields.Ethernet | PacketFields.Vlan)) == PacketFields.Ethernet);

    /// <summary>What is behind the tags; on bare IP too.</summary>
    public ClassifierRule EtherType(params ReadOnlySpan<EtherType> types)
    {
        EtherType[] any = types.ToArray();
        return With(Text("type", any), (in f) => any.Contains(f.EtherType));
    }

    /// <summary>Who sent the frame.</summary>
    public ClassifierRule SourceMac(params ReadOnlySpan<MacAddress> stations)
    {
        MacAddress[] any = stations.ToArray();
        return With(Text("source", any), (in f) => f.Has(PacketFields.Ethernet) && any.Contains(f.SourceMac));
    }

    /// <summary>Whom the frame is for.</summary>
    public ClassifierRule DestinationMac(params ReadOnlySpan<MacAddress> stations)
    {
        MacAddress[] any = stations.ToArray();
        return With(Text("destination", any), (in f) => f.Has(PacketFields.Ethernet) && any.Contains(f.DestinationMac));
    }

    /// <summary>Type of ICMP or ICMPv6; they number differently: an echo request is 8 there, 128 here.</summary>
    public ClassifierRule IcmpType(params ReadOnlySpan<byte> types)
    {
        byte[] any = types.ToArray();
        return With(Text("icmp type", any), (in f) => f.Has(PacketFields.Icmp) && any.Contains(f.IcmpType));
    }

    /// <summary>1 asks, 2 answers (RFC 826).</summary>
    public ClassifierRule ArpOperation(params ReadOnlySpan<ushort> operations)
    {
        ushort[] any = operations.ToArray();
        return With(Text("arp", any), (in f) => f.Has(PacketFields.Arp) && any.Contains(f.ArpOperation));
    }

    /// <summary>A part of a datagram. Parts show no ports: rules on ports don't meet them.</summary>
    public ClassifierRule Fragment() => With("fragment", (in f) => f.Has(PacketFields.Fragment));

    /// <summary>Differentiated services code point, 0 to 63; of the first packet of a flow.</summary>
    public ClassifierRule Dscp(params ReadOnlySpan<byte> points)
    {
        byte[] any = points.ToArray();
        return With(Text("dscp", any), (in f) => (f.Fields & (PacketFields.IPv4 | PacketFields.IPv6)) != 0 && any.Contains(f.Dscp));
    }

    /// <summary>What a dissector named; ours names nothing.</summary>
    public ClassifierRule Application(params ReadOnlySpan<ushort> applications)
    {
        ushort[] any = applications.ToArray();
        return With(Text("application", any), (in f) => any.Contains(f.Application));
    }

    /// <summary>Whatever else: asked once per flow, on the thread that forwards. One that throws is not met, and counted.</summary>
    public ClassifierRule Where(Func<PacketFacts, bool> isMet)
    {
        ArgumentNullException.ThrowIfNull(isMet);
        return With("where ...", (in f) => isMet(f));
    }

    /// <summary>The conditions and the answer, as people would say them.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(_conditions.Length == 0 ? "all" : string.Join(", ", _conditions.Select(c => c.Text)))} → {Answer}");

    internal bool IsMetBy(in PacketFacts facts)
    {
        foreach ((_, PacketCondition isMet) in _conditions)
        {
            if (!isMet(in facts))
            {
                return false;
            }
        }

        return true;
    }

    private static string Text<T>(string what, T[] any) => $"{what} {string.Join('/', any)}";

    private ClassifierRule With(string text, PacketCondition isMet) => new(Answer, [.. _conditions, (text, isMet)]);
}
