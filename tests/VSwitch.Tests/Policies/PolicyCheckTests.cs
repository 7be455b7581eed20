using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Policies;

public class PolicyCheckTests
{
    public static TheoryData<string, PortPolicy> BadPorts() => new()
    {
        { "PVID 0", new() { Vlans = new PortVlans { Pvid = VlanId.PriorityTagged } } },
        { "PVID 4095", new() { Vlans = new PortVlans { Pvid = VlanId.Reserved } } },
        { "no PVID and untagged frames", new() { Vlans = new PortVlans { Pvid = null } } },
        { "a tunnel without service VLAN", new() { Vlans = PortVlans.Tunnel(Vlan(5)) with { Pvid = null } } },
        { "a tunnel that translates", new() { Vlans = PortVlans.Tunnel(Vlan(5)) with { Translations = [new(Vlan(1), Vlan(5))] } } },
        { "TPID of IPv4", new() { Vlans = new PortVlans { TagProtocol = EtherType.IPv4 } } },
        { "translation of VLAN 0", new() { Vlans = new PortVlans { Translations = [new(VlanId.PriorityTagged, Vlan(5))] } } },
        { "two translations of one VLAN", new() { Vlans = new PortVlans { Translations = [new(Vlan(5), Vlan(6)), new(Vlan(5), Vlan(7))] } } },
        { "two translations to one VLAN", new() { Vlans = new PortVlans { Translations = [new(Vlan(5), Vlan(7)), new(Vlan(6), Vlan(7))] } } },
        { "negative limit", new() { StationLimit = new(-1) } },
        { "too large a limit", new() { StationLimit = new((1 << 20) + 1) } },
        { "a group as station", new() { Stations = [new StationKey(Vlan(1), MacAddress.Broadcast)] } },
    };

    public static TheoryData<string, BridgePolicy> BadBridges() => new()
    {
        { "a VLAN in two private VLANs", new() { PrivateVlans = [new(Vlan(5)) { Isolated = Vlan(6) }, new(Vlan(7)) { Communities = [Vlan(6)] }] } },
        { "primary VLAN 0", new() { PrivateVlans = [new(VlanId.PriorityTagged)] } },
        { "a limit of VLAN 4095", new() { StationLimits = new Dictionary<VlanId, StationLimit> { [VlanId.Reserved] = new(1) } } },
        { "a mirror to nowhere", new() { Mirrors = [new MirrorSession()] } },
        { "a mirror to two", new() { Mirrors = [new MirrorSession { ToPort = "a", ToVlan = Vlan(1) }] } },
        { "a mirror of itself", new() { Mirrors = [new MirrorSession { Ports = ["a"], ToPort = "a" }] } },
        { "one move is no flapping", new() { Flapping = new FlapOptions { Moves = 1 } } },
        { "probes every millisecond", new() { LoopGuard = new LoopGuardOptions { ProbeInterval = TimeSpan.FromMilliseconds(1) } } },
        { "heals before it fell ill", new() { LoopGuard = new LoopGuardOptions { HealTime = TimeSpan.Zero } } },
    };

    [Theory]
    [MemberData(nameof(BadPorts))]
    public void Port_ThatContradictsItself_IsRefused_AndNothingChanges(string what, PortPolicy policy)
    {
        TestKit.TestSwitch net = new(2);
        Assert.True(Assert.ThrowsAny<ArgumentException>(() => net.Switch.SetPolicy(net.Ports[0], policy)).Message.Length > 10, what);
        Assert.Equal(PortPolicy.None, net.Ports[0].Policy);
        Assert.ThrowsAny<ArgumentException>(() => net.Plug(policy));
        Assert.Equal(2, net.Switch.Ports.Count);
    }

    [Theory]
    [MemberData(nameof(BadBridges))]
    public void Bridge_ThatContradictsItself_IsRefused(string what, BridgePolicy policy)
    {
        VirtualSwitch bridge = new();
        Assert.True(Assert.ThrowsAny<ArgumentException>(() => bridge.SetBridgePolicy(policy)).Message.Length > 10, what);
        Assert.Equal(BridgePolicy.None, bridge.BridgePolicy);
        Assert.ThrowsAny<ArgumentException>(() => new VirtualSwitch(new SwitchOptions { Bridge = policy }));
    }

    [Fact]
    public void TunPort_HasNoVlans()
    {
        TestKit.TestSwitch net = new(0);
        Assert.Throws<ArgumentException>(() => net.PlugTun(new PortOptions { Policy = new PortPolicy { Vlans = PortVlans.Access(Vlan(10)) } }));
        net.PlugTun(new PortOptions { Policy = new PortPolicy { IsIsolated = true } });
    }

    [Theory]
    [InlineData("lldp", 0x0E)]
    [InlineData("stp", 0x00)]
    [InlineData("2f", 0x2F)]
    [InlineData("0E", 0x0E)]
    public void ReservedAddress_HasANameOrANumber(string text, int last)
    {
        Assert.True(ReservedAddresses.TryParseAddress(text, out byte found));
        Assert.Equal(last, found);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("")]
    [InlineData("ospf")]
    [InlineData("0x0e")]
    public void ReservedAddress_ThatIsNone_IsRefused(string text) => Assert.False(ReservedAddresses.TryParseAddress(text, out _));
}
