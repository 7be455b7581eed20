using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Tool.Bridging;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Integration.Tests.Command;

/// <summary>What the options of the bridge make of good values, and of ports.</summary>
public sealed class BridgeOptionTests
{
    private static readonly BridgeWishes s_none = new([], [], [], null, null, IsWire: false);

    [Fact]
    public void NoOptions_NoPolicyAtAll() =>
        Assert.True(Parse(s_none, "tap:a") is { PrivateVlans.Count: 0, StationLimits.Count: 0, Mirrors.Count: 0, Flapping: null, LoopGuard: null, Peer: null });

    [Fact]
    public void Vlan_Limits()
    {
        BridgePolicy policy = Parse(s_none with { Vlans = ["10,limit=5", "20,limit=0:flood", "30,learning=off"] });
        Assert.Equal(2, policy.StationLimits.Count);
        Assert.Equal(new StationLimit(5), policy.StationLimits[new(10)]);
        Assert.Equal(new StationLimit(0, StationLimitAction.Flood), policy.StationLimits[new(20)]);
        Assert.Equal("30", policy.NotLearning.ToString());
    }

    [Fact]
    public void PrivateVlan_IsolatedAndCommunities()
    {
        PrivateVlan vlan = Assert.Single(Parse(s_none with { PrivateVlans = ["100,isolated=101,community=102+103"] }).PrivateVlans);
        Assert.Equal((new VlanId(100), new VlanId(101)), (vlan.Primary, vlan.Isolated));
        Assert.Equal([new VlanId(102), new VlanId(103)], vlan.Communities);
        Assert.Null(Assert.Single(Parse(s_none with { PrivateVlans = ["100,community=102"] }).PrivateVlans).Isolated);
    }

    [Fact]
    public void Mirror_PortsByTheirNames()
    {
        MirrorSession session = Assert.Single(Parse(
            s_none with { Mirrors = ["from=a+eth0,vlan=10+20,direction=in,to=span"] }, "tap:a", "tap:eth0,netns=n", "tap:span").Mirrors);
        Assert.Equal(["a", "eth0@n"], session.Ports);
        Assert.Equal("10+20", session.Vlans.ToString());
        Assert.Equal((MirrorDirections.Ingress, "span", null), (session.Directions, session.ToPort, session.ToVlan));
    }

    [Theory]
    [InlineData("to-vlan=900")]
    [InlineData("from=all,to-vlan=900,direction=both,vlan=all")]
    public void Mirror_OfAllIntoAVlan(string mirror)
    {
        MirrorSession session = Assert.Single(Parse(s_none with { Mirrors = [mirror] }, "tap:a").Mirrors);
        Assert.Empty(session.Ports);
        Assert.Equal((MirrorDirections.Both, null, new VlanId(900)), (session.Directions, session.ToPort, session.ToVlan));
        Assert.Equal(VlanSet.All, session.Vlans);
    }

    [Fact]
    public void MirrorTo_OfAPort_IsASession()
    {
        IReadOnlyList<MirrorSession> sessions = Parse(s_none, "tap:a,netns=n,mirror-to=span:in", "tap:b,mirror-to=span", "tap:span").Mirrors;
        Assert.Equal(["a@n", "b"], sessions.SelectMany(s => s.Ports));
        Assert.All(sessions, s => Assert.Equal("span", s.ToPort));
        Assert.Equal([MirrorDirections.Ingress, MirrorDirections.Both], sessions.Select(s => s.Directions));
    }

    [Theory]
    [InlineData("", LoopGuardMethod.Probe, 250, 2000, 20)]
    [InlineData("probe", LoopGuardMethod.Probe, 250, 2000, 20)]
    [InlineData("probe,interval=50ms,heal=5s", LoopGuardMethod.Probe, 50, 5000, 20)]
    [InlineData("interval=10s", LoopGuardMethod.Probe, 10000, 2000, 20)]
    [InlineData("moves", LoopGuardMethod.Moves, 250, 2000, 20)]
    [InlineData("moves,moves=30,heal=1s", LoopGuardMethod.Moves, 250, 1000, 30)]
    public void LoopGuard_MethodAndTimes(string text, LoopGuardMethod method, int intervalMs, int healMs, int moves) => Assert.Equal(
        new LoopGuardOptions
        {
            Method = method,
            ProbeInterval = TimeSpan.FromMilliseconds(intervalMs),
            HealTime = TimeSpan.FromMilliseconds(healMs),
            Moves = moves,
        },
        Parse(s_none with { LoopGuard = text }).LoopGuard);

    [Theory]
    [InlineData("", 5, 10, 0)]
    [InlineData("moves=3,window=20s,hold=30s", 3, 20, 30)]
    [InlineData("hold=1m", 5, 10, 60)]
    public void Flap_MovesAndTimes(string text, int moves, int window, int hold) => Assert.Equal(
        new FlapOptions { Moves = moves, Window = TimeSpan.FromSeconds(window), HoldDown = TimeSpan.FromSeconds(hold) },
        Parse(s_none with { Flap = text }).Flapping);

    [Fact]
    public void Policy_OfGoodOptions_IsTakenByTheSwitch()
    {
        BridgePolicy bridge = Parse(
            new(["10,limit=5"], ["100,isolated=101,community=102"], ["to-vlan=900"], "moves", "", IsWire: false), "tap:a,mirror-to=b", "tap:b");
        Assert.Equal(bridge, new VirtualSwitch(new SwitchOptions { Bridge = bridge }).BridgePolicy);
    }

    private static BridgePolicy Parse(BridgeWishes wishes, params string[] ports)
    {
        var problems = new List<string>();
        BridgePolicy bridge = BridgeParser.Parse(wishes, PortSpecParser.ParseAll(ports, problems), doesRoute: false, problems);
        Assert.Empty(problems);
        return bridge;
    }
}
