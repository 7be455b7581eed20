using VSwitch.Policies;
using VSwitch.Testing.Expecting;
using VSwitch.Vlans;

namespace VSwitch.Testing.Tests;

public sealed class SwitchLabTests
{
    [Fact]
    public void Send_Unknown_IsFloodedAndThenLearned()
    {
        using var lab = new SwitchLab();
        LabPort a = lab.AddPort("a"), b = lab.AddPort("b"), c = lab.AddPort("c");
        byte[] there = a.FrameTo(b).Payload("there").Build(), back = b.FrameTo(a).Payload("back").Build();
        a.Send(there, there);
        b.Send(back);
        a.Send(there);
        lab.Expect(a).Exactly(back);
        lab.Expect(b).Exactly(there, there, there);
        lab.Expect(c).Exactly(there, there);
        Assert.Equal(TimeSpan.Zero, lab.Now);
    }

    [Fact]
    public void Advance_BeyondTheAgeingTime_StationIsForgotten()
    {
        using var lab = new SwitchLab(new LabOptions { Switch = new SwitchOptions { AgeingTime = TimeSpan.FromHours(2) }, TimestampFrequency = 3_333_333 });
        LabPort a = lab.AddPort("a"), b = lab.AddPort("b");
        a.Send(a.FrameTo(b));
        lab.Expect(a).Station(a.Mac).NoStation(b.Mac).NoStation(a.Mac, vlan: 2);
        lab.Expect(b).NoStation(a.Mac);
        lab.Advance(TimeSpan.FromMinutes(119));
        lab.Expect(a).Station(a.Mac);
        lab.Advance(TimeSpan.FromMinutes(2));
        lab.Expect(a).NoStation(a.Mac);
        Assert.Equal(TimeSpan.FromMinutes(121), lab.Now);
        Assert.Equal(VirtualClock.DefaultStart.AddMinutes(121), lab.Clock.GetUtcNow());
    }

    [Fact]
    public void Advance_TimersOfTheSwitch_RunAtTheirMoments()
    {
        using var lab = new SwitchLab(new LabOptions { Seed = 1 });
        lab.Switch.SetBridgePolicy(new BridgePolicy { LoopGuard = new LoopGuardOptions { ProbeInterval = TimeSpan.FromMilliseconds(200) } });
        LabPort a = lab.AddPort("a");
        lab.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(a.Received.Count, 49, 52);
        Assert.All(a.Received, f => Assert.Equal(0, f.Time.Ticks % TimeSpan.FromMilliseconds(50).Ticks)); // four times in an interval the switch looks whether it is time
    }

    [Fact]
    public void After_AmidReplays_HappensInTime()
    {
        using var captures = new Captures();
        using var lab = new SwitchLab();
        LabPort a = lab.AddPort("a"), b = lab.AddPort("b"), c = lab.AddPort("c");
        lab.Replay(captures.Of([.. Enumerable.Range(0, 10).Select(_ => a.FrameTo(b).Build())])).Into(a);
        lab.After(TimeSpan.FromMilliseconds(4.5), () => b.SetLink(false));
        lab.Run();
        lab.Expect(b).Frames(5);
        lab.Expect(c).Frames(10);
        Assert.Equal(TimeSpan.FromMilliseconds(9), lab.Now);
    }

    [Fact]
    public void Connect_TwoSwitches_FramesGoThrough()
    {
        using var lab = new SwitchLab();
        LabSwitch left = lab.AddSwitch("left"), right = lab.AddSwitch("right");
        LabPort a = left.AddPort("a"), b = right.AddPort("b"), up = left.AddPort("up"), down = right.AddPort("down");
        lab.Connect(up, down);
        a.Send(a.FrameTo(b));
        b.Send(b.FrameTo(a));
        lab.Expect(a).Frames(1);
        lab.Expect(b).Frames(1);
        lab.Expect(down).Station(a.Mac);
        lab.Expect(up).Station(b.Mac);
        Assert.Equal(["left/a", "left/up", "right/b", "right/down"], lab.Ports.Select(p => p.ToString()));
        Assert.Equal([left, right], lab.Switches);
        Assert.Same(b, lab.Port("right/b"));
        Assert.NotEqual(left.Switch.HardwareAddress, right.Switch.HardwareAddress);
    }

    [Fact]
    public void Connect_WithLatency_FrameIsLater()
    {
        using var lab = new SwitchLab();
        LabSwitch left = lab.AddSwitch("left"), right = lab.AddSwitch("right");
        LabPort a = left.AddPort("a"), b = right.AddPort("b");
        lab.Connect(left.AddPort("up"), right.AddPort("down"), TimeSpan.FromMilliseconds(5));
        a.Send(a.FrameTo(b));
        lab.Expect(b).Nothing();
        lab.Advance(TimeSpan.FromMilliseconds(4.9999));
        lab.Expect(b).Nothing();
        lab.Run();
        lab.Expect(b).Frames(1);
        Assert.Equal(TimeSpan.FromMilliseconds(5), Assert.Single(b.Received).Time);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Connect_Loop_EndsWithAnErrorThatSaysSo(int microseconds)
    {
        using var lab = new SwitchLab();
        LabSwitch left = lab.AddSwitch("left"), right = lab.AddSwitch("right");
        LabPort a = left.AddPort("a");
        for (int i = 0; i < 3; i++)
        {
            lab.Connect(left.AddPort($"up{i}"), right.AddPort($"down{i}"), TimeSpan.FromMicroseconds(microseconds));
        }

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
        {
            a.Send(new FrameBuilder().Broadcast());
            lab.Run();
        });
        Assert.Contains("the cables make a loop", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_LoopWithAGuard_IsBlockedInTime()
    {
        using var lab = new SwitchLab(new LabOptions { Seed = 5 });
        var guard = new BridgePolicy { LoopGuard = new LoopGuardOptions() };
        LabPort one = lab.AddPort("one"), two = lab.AddPort("two"), station = lab.AddPort("station");
        lab.Switch.SetBridgePolicy(guard);
        lab.Connect(one, two, TimeSpan.FromMicroseconds(100));
        lab.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([PortBlock.Loop, PortBlock.None], new[] { one.Port.Block, two.Port.Block }.OrderDescending());
        lab.Forget();
        station.Send(new FrameBuilder().From(station.Mac).Broadcast());
        lab.Run();
        lab.Expect(station).Nothing();
    }

    [Fact]
    public void AddPort_OfEachKind_HasItsOptions()
    {
        using var lab = new SwitchLab();
        LabPort vlans = lab.AddPort("vlans", PortVlans.Access(new VlanId(5)));
        LabPort policy = lab.AddPort("policy", new PortPolicy { IsIsolated = true });
        LabPort options = lab.AddPort("options", new PortOptions { IsTrusted = false }, mtu: 9000);
        LabPort tun = lab.AddPort("tun", linkLayer: LinkLayer.Ip);
        Assert.Equal(5, vlans.Port.Policy.Vlans.Pvid!.Value.Value);
        Assert.True(policy.Port.Policy.IsIsolated);
        Assert.Equal(9000, options.Port.Mtu);
        Assert.NotNull(tun.Port.HardwareAddress);
        Assert.Same(lab.Switch, vlans.Owner.Switch);
        Assert.Equal([vlans, policy, options, tun], vlans.Owner.Ports);
        Assert.Equal("", vlans.Owner.Name);
        Assert.Equal("tun", tun.Name);
    }

    [Fact]
    public void Send_BarePackets_BetweenStations()
    {
        using var lab = new SwitchLab();
        LabPort one = lab.AddPort("one", new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.1/24")] }, linkLayer: LinkLayer.Ip);
        LabPort two = lab.AddPort("two", new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.2/24")] }, linkLayer: LinkLayer.Ip);
        FrameBuilder query = new FrameBuilder().Ip("10.0.0.1", "10.0.0.2").Udp(1, 2).Payload(3);
        one.Send(query);
        lab.Expect(two).Exactly(query.BuildPacket());
        Assert.Equal("10.0.0.1.1 > 10.0.0.2.2: udp, 31 octets", Assert.Single(two.Received).ToString());
    }

    [Fact]
    public void Dispose_PacketThatWaitsForItsNextHop_IsAccountedFor()
    {
        var lab = new SwitchLab();
        LabPort tun = lab.AddPort("tun", new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.1/24")] }, linkLayer: LinkLayer.Ip);
        LabPort ethernet = lab.AddPort("ethernet");
        tun.Send(new FrameBuilder().Ip("10.0.0.1", "10.0.0.99").Udp(1, 2));
        Assert.StartsWith("arp who-has 10.0.0.99", Assert.Single(ethernet.Received).ToString().Split(", ", 2)[1], StringComparison.Ordinal);
        lab.Dispose();
        lab.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lab.Run());
        Assert.Throws<ObjectDisposedException>(() => tun.Send(new byte[60]));
    }

    [Fact]
    public async Task DisposeAsync_IsDispose()
    {
        var lab = new SwitchLab();
        await lab.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => lab.AddPort("a"));
    }

    [Fact]
    public void Send_LongFramesToManyPorts_AllAreRecorded()
    {
        using var lab = new SwitchLab();
        LabPort[] ports = [.. Enumerable.Range(0, 40).Select(i => lab.AddPort($"p{i}", mtu: 60_000))];
        for (int i = 0; i < 3; i++)
        {
            ports[i].Send(new FrameBuilder().From(ports[i].Mac).Broadcast().Payload(60_000));
        }

        Assert.All(ports[3..], p => lab.Expect(p).Frames(3));
    }

    [Fact]
    public void LabFrame_HasWhatTheSwitchKnows()
    {
        using var lab = new SwitchLab();
        LabPort a = lab.AddPort("a", PortVlans.Access(new VlanId(7))), b = lab.AddPort("b", PortVlans.Trunk(new VlanSet(new VlanId(7))));
        lab.Advance(TimeSpan.FromMilliseconds(1.5));
        a.Send(a.FrameTo(b));
        LabFrame frame = Assert.Single(b.Received);
        Assert.Equal(TimeSpan.FromMilliseconds(1.5), frame.Time);
        Assert.Equal(new VlanId(7), frame.Vlan);
        Assert.Equal(DropReason.None, frame.Drop);
        Assert.Equal(a.FrameTo(b).Vlan(7).Build(), frame.Octets.ToArray());
    }

    [Fact]
    public void Explain_SaysTheWay()
    {
        using var lab = new SwitchLab();
        LabPort a = lab.AddPort("a");
        lab.AddPort("b");
        Assert.StartsWith("1 FanIn: 60 octets came in by a\n", a.Explain(a.FrameTo(lab.Port("b")).Build()), StringComparison.Ordinal);
        Assert.Empty(lab.Port("b").Received);
        lab.Expect(a).NoDrops();
    }

    [Fact]
    public void Seed_SameSeed_SameChanceAndHashSeeds()
    {
        using var one = new SwitchLab(new LabOptions { Seed = 42 });
        using var two = new SwitchLab(new LabOptions { Seed = 42 });
        using var other = new SwitchLab(new LabOptions { Seed = 43 });
        Assert.Equal(42, one.Seed);
        Assert.Equal(one.Random.Next(), two.Random.Next());
        var seed = new Seed(42, IsGiven: true);
        Assert.NotEqual(seed.HashSeed(0), seed.HashSeed(1));
        Assert.NotEqual(seed.HashSeed(0), new Seed(43, IsGiven: true).HashSeed(0));
        Assert.All(Enumerable.Range(-100, 200), i => Assert.NotEqual(0UL, new Seed(i, IsGiven: true).HashSeed(0)));
    }

    [Fact]
    public void Mistakes_AreSaidInOneLine()
    {
        using var lab = new SwitchLab(new LabOptions { Switch = new SwitchOptions { FilteringDatabaseSize = 8 } });
        Assert.Contains("there is none", Assert.Throws<ArgumentException>(() => lab.Port("x")).Message, StringComparison.Ordinal);
        LabPort a = lab.AddPort("a"), b = lab.AddPort("b"), c = lab.AddPort("c");
        Assert.Contains("no port is called x: there are a, b, c", Assert.Throws<ArgumentException>(() => lab.Port("x")).Message, StringComparison.Ordinal);
        Assert.Contains("port a is in the switch already", Assert.Throws<ArgumentException>(() => lab.AddPort("a")).Message, StringComparison.Ordinal);
        Assert.Contains("itself", Assert.Throws<ArgumentException>(() => lab.Connect(a, a)).Message, StringComparison.Ordinal);
        lab.Connect(a, b);
        Assert.Contains("b has a cable already", Assert.Throws<ArgumentException>(() => lab.Connect(c, b)).Message, StringComparison.Ordinal);
        lab.AddSwitch("s", new SwitchOptions { FilteringDatabaseSize = 8 });
        Assert.Contains("switch s is in the lab already", Assert.Throws<ArgumentException>(() => lab.AddSwitch("s")).Message, StringComparison.Ordinal);
        using var other = new SwitchLab();
        Assert.Contains("of another lab", Assert.Throws<ArgumentException>(() => other.Expect(a)).Message, StringComparison.Ordinal);
        Assert.Contains("of another lab", Assert.Throws<ArgumentException>(() => other.Connect(a, other.AddPort("z"))).Message, StringComparison.Ordinal);
        lab.Switch.RemovePort(c.Port);
        Assert.Contains("port c has been unplugged", Assert.Throws<InvalidOperationException>(() => c.Send(new byte[60])).Message, StringComparison.Ordinal);
        Assert.Contains("the longest has", Assert.Throws<ArgumentException>(() => a.Send(new byte[1 << 20])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => lab.Advance(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SwitchLab(new LabOptions { Pipelines = 17 }));
        lab.After(TimeSpan.FromDays(2), () => { });
        Assert.Contains("within a day", Assert.Throws<InvalidOperationException>(lab.Run).Message, StringComparison.Ordinal);
    }
}
