using VSwitch.AccessControl;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Command;

/// <summary>What each key of a port makes of good values.</summary>
public sealed class PortKeyTests
{
    [Fact]
    public void Names_OfTheKeysOfAKind_AreEachThereOnce() => Assert.All(
        [PortKind.Tap, PortKind.Tun, PortKind.Pcap],
        kind => Assert.Distinct(PortKeys.NamesFor(kind).Split(", ")));

    [Fact]
    public void Names_OfAllKeys_FindTheKeyOfTheirKind() => Assert.All(
        from kind in new[] { PortKind.Tap, PortKind.Tun, PortKind.Pcap }
        from name in PortKeys.NamesFor(kind).Split(", ")
        select (kind, name),
        of => Assert.True(PortKeys.Find(of.name)!.Kinds.HasFlag(of.kind), of.name));

    [Fact]
    public void NoKeys_NoPolicyAtAll()
    {
        Assert.Equal(PortPolicy.None, Parse("mtu=1500").PortOptions.Policy);
        Assert.Equal(PortPolicy.None, Parse("learning=on,hairpin=off,guard,accept=all,storm=1kpps").Policy with { StormControl = null });
    }

    [Fact]
    public void Access_OneVlanUntagged() => Assert.Equal(PortVlans.Access(new(10)), Vlans("access=10"));

    [Theory]
    [InlineData("trunk=10+20+30-40", "10+20+30-40")]
    [InlineData("trunk=all", "all")]
    public void Trunk_VlansTagged(string keys, string vlans) => Assert.Equal(PortVlans.Trunk(VlanSet.Parse(vlans)), Vlans(keys));

    [Theory]
    [InlineData("trunk=10,native=1", false)]
    [InlineData("native=1,trunk=10", false)]
    [InlineData("native-tagged,native=1,trunk=10", true)]
    [InlineData("trunk=10,native=1,native-tagged=on", true)]
    [InlineData("trunk=10,native=1,native-tagged=off", false)]
    public void Native_InAnyOrder_IsBesideTheTrunk(string keys, bool isTagged) =>
        Assert.Equal(PortVlans.Trunk(new(new VlanId(10)), new VlanId(1), isTagged), Vlans(keys));

    [Fact]
    public void Tunnel_IsTunnel() => Assert.Equal(PortVlans.Tunnel(new(100)), Vlans("tunnel=100"));

    [Theory]
    [InlineData("0x8100", EtherType.CustomerVlan)]
    [InlineData("802.1q", EtherType.CustomerVlan)]
    [InlineData("0x88a8", EtherType.ServiceVlan)]
    [InlineData("0x88A8", EtherType.ServiceVlan)]
    [InlineData("802.1ad", EtherType.ServiceVlan)]
    public void Tpid_ByNumberOrStandard(string value, EtherType protocol) => Assert.Equal(protocol, Vlans($"trunk=10,tpid={value}").TagProtocol);

    [Fact]
    public void Translate_WireThenInside() => Assert.Equal(
        [new VlanTranslation(new(110), new(10)), new VlanTranslation(new(120), new(20))], Vlans("translate=110:10+120:20,trunk=10+20").Translations);

    [Theory]
    [InlineData("accept=all", AcceptableFrameTypes.All)]
    [InlineData("accept=tagged", AcceptableFrameTypes.OnlyTagged)]
    [InlineData("accept=untagged", AcceptableFrameTypes.OnlyUntagged)]
    [InlineData("access=10,accept=all", AcceptableFrameTypes.All)]
    [InlineData("trunk=10,native=1,accept=tagged", AcceptableFrameTypes.OnlyTagged)]
    public void Accept_OverridesWhatTheKindOfPortHas(string keys, AcceptableFrameTypes types) => Assert.Equal(types, Vlans(keys).AcceptableFrameTypes);

    [Theory]
    [InlineData("isolated", "isolated=on")]
    [InlineData("hairpin", "hairpin=on")]
    [InlineData("sticky", "sticky=on")]
    public void Flag_Alone_IsOn(string alone, string on)
    {
        Assert.NotEqual(PortPolicy.None, Parse(alone).Policy);
        Assert.Equal(Parse(on).Policy, Parse(alone).Policy);
        Assert.Equal(PortPolicy.None, Parse(on.Replace("=on", "=off", StringComparison.Ordinal)).Policy);
    }

    [Fact]
    public void Flags_ThatAreOnUnlessToldOtherwise_CanBeOff()
    {
        Assert.False(Parse("learning=off").Policy.Learns);
        Assert.False(Parse("guard=off").Policy.IsGuarded);
        Assert.False(Parse("offload=off").Offload);
        Assert.True(Parse("trusted").Trusted);
    }

    [Theory]
    [InlineData("0", 0, StationLimitAction.Drop)]
    [InlineData("5:drop", 5, StationLimitAction.Drop)]
    [InlineData("5:flood", 5, StationLimitAction.Flood)]
    [InlineData("1048576:shutdown", 1048576, StationLimitAction.Shutdown)]
    public void Limit_NumberAndAction(string value, int max, StationLimitAction action) =>
        Assert.Equal(new StationLimit(max, action), Parse($"limit={value}").Policy.StationLimit);

    [Theory]
    [InlineData("station=02:00:00:00:00:01", 1)]
    [InlineData("station=02:00:00:00:00:01,access=10", 10)]
    [InlineData("station=02:00:00:00:00:01,trunk=10,native=7", 7)]
    [InlineData("station=02:00:00:00:00:01,tunnel=100", 100)]
    [InlineData("station=02:00:00:00:00:01@20,trunk=10+20", 20)]
    public void Station_WithoutVlan_IsInThatOfUntaggedFrames(string keys, ushort vlan) =>
        Assert.Equal([new StationKey(new(vlan), MacAddress.Parse("02:00:00:00:00:01"))], Parse(keys).Policy.Stations);

    [Fact]
    public void Station_Repeated_AllAreThere() =>
        Assert.Equal(2, Parse("station=02:00:00:00:00:01,station=02-00-00-00-00-02").Policy.Stations.Count);

    [Fact]
    public void Rates_AsRateLimitReadsThem()
    {
        Assert.Equal(RateLimit.Parse("100mbit:128k"), Parse("police=100mbit:128k").Policy.Policing);
        StormControl all = Parse("storm=1000pps").Policy.StormControl!;
        Assert.Equal((RateLimit.Parse("1000pps"), RateLimit.Parse("1000pps"), RateLimit.Parse("1000pps")), (all.Broadcast, all.Multicast, all.UnknownUnicast));
        StormControl one = Parse("storm-unknown=10pps").Policy.StormControl!;
        Assert.Equal((null, null, RateLimit.Parse("10pps")), (one.Broadcast, one.Multicast, one.UnknownUnicast));
    }

    [Theory]
    [InlineData("storm=1kpps,storm-broadcast=10pps,storm-multicast=20pps")]
    [InlineData("storm-multicast=20pps,storm-broadcast=10pps,storm=1kpps")]
    public void Storm_WithAKindOfItsOwn_TheKindDecides(string keys)
    {
        StormControl storm = Parse(keys).Policy.StormControl!;
        Assert.Equal((RateLimit.Parse("10pps"), RateLimit.Parse("20pps"), RateLimit.Parse("1kpps")), (storm.Broadcast, storm.Multicast, storm.UnknownUnicast));
    }

    [Theory]
    [InlineData("standard", 0x0E, ReservedAddressAction.Drop)]
    [InlineData("standard", 0x00, ReservedAddressAction.Pass)]
    [InlineData("pass", 0x0E, ReservedAddressAction.Pass)]
    [InlineData("drop", 0x21, ReservedAddressAction.Drop)]
    [InlineData("lldp:pass+lacp:drop", 0x0E, ReservedAddressAction.Pass)]
    [InlineData("lldp:pass+lacp:drop", 0x03, ReservedAddressAction.Drop)]
    [InlineData("drop+lldp:pass", 0x0E, ReservedAddressAction.Pass)]
    [InlineData("drop+lldp:pass", 0x00, ReservedAddressAction.Drop)]
    [InlineData("pass+2f:drop", 0x2F, ReservedAddressAction.Drop)]
    public void Reserved_ForAllOrOne(string value, int last, ReservedAddressAction action) =>
        Assert.Equal(action, Parse($"reserved={value}").Policy.ReservedAddresses[last]);

    [Theory]
    [InlineData("span", "span", MirrorDirections.Both)]
    [InlineData("span:in", "span", MirrorDirections.Ingress)]
    [InlineData("span@ns:out", "span@ns", MirrorDirections.Egress)]
    [InlineData("span:both", "span", MirrorDirections.Both)]
    public void MirrorTo_PortAndDirection(string value, string port, MirrorDirections directions) =>
        Assert.Equal([new PortMirror(port, directions)], Parse($"mirror-to={value}").Mirrors);

    [Fact]
    public void AccessLists_AreReadFromFiles()
    {
        using TemporaryFile file = new("# no ping\ndeny\npermit\n");
        PortPolicy policy = Parse($"acl-in={file.Path},acl-out={file.Path}").Policy;
        Assert.Equal(["deny", "permit"], policy.IngressAccess!.Rules.Select(r => r.ToString()));
        Assert.Equal(AccessAction.Deny, policy.EgressAccess!.Rules[0].Action);
        Assert.Equal(file.Path, policy.IngressAccess.Name);
    }

    [Fact]
    public void Tun_TakesWhatIsNotAboutEthernet()
    {
        var problems = new List<string>();
        PortSpec tun = Assert.Single(PortSpecParser.ParseAll(["tun:t0,isolated,police=1mbit"], problems));
        Assert.Empty(problems);
        Assert.True(tun.PortOptions.Policy is { IsIsolated: true, Policing: not null });
    }

    private static PortVlans Vlans(string keys) => Parse(keys).Policy.Vlans;

    private static PortSpec Parse(string keys)
    {
        var problems = new List<string>();
        IReadOnlyList<PortSpec> ports = PortSpecParser.ParseAll([$"tap:t0,{keys}"], problems);
        Assert.Empty(problems);
        return Assert.Single(ports);
    }
}
