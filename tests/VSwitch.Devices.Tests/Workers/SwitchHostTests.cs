using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Workers;

/// <summary>What the host's timer does, in simulated time.</summary>
public sealed class SwitchHostTests : IAsyncDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly BridgePolicy s_probing = new() { LoopGuard = new LoopGuardOptions { ProbeInterval = TimeSpan.FromMilliseconds(400) } };

    private readonly ManualTime _time = new();
    private readonly HostLog _log = new();
    private readonly VirtualSwitch _switch;
    private readonly SwitchHost _host;
    private readonly List<PipeDevice> _stations = [];

    public SwitchHostTests()
    {
        _switch = new VirtualSwitch(time: _time);
        _host = new SwitchHost(_switch, 1, _log, _time);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Tick_ComesAsOftenAsTheSwitchWants_AndFollowsItsPolicy()
    {
        Assert.Equal(10, TicksOf(10 * s_second));

        _switch.SetBridgePolicy(s_probing);
        Assert.Equal(TimeSpan.FromMilliseconds(100), _switch.AdvanceInterval);
        TicksOf(s_second); // by then it has noticed
        Assert.Equal(100, TicksOf(10 * s_second));

        _switch.SetBridgePolicy(new BridgePolicy { LoopGuard = new LoopGuardOptions { ProbeInterval = TimeSpan.FromSeconds(10) } });
        TicksOf(s_second);
        Assert.Equal(10, TicksOf(10 * s_second));
    }

    [Fact]
    [Trait("Fault", "29")]
    public async Task Loop_IsReportedWhenFoundAndWhenGone()
    {
        _switch.SetBridgePolicy(s_probing);
        PipeDevice a = Plug();
        PipeDevice b = Plug();
        _time.Advance(2 * s_second);
        await Pass(a, b);
        await Bounded.Until(IsBlocked, "a port is blocked");
        _time.Advance(s_second);
        Assert.Equal(["port b is connected with port a outside the switch, a loop: it is blocked until that ends"], _log.Take());
        Assert.Equal(PortBlock.Loop, _switch.FindPort("b")!.Block);

        _time.Advance(4 * s_second);
        Assert.Equal(["port b is no longer connected with port a outside the switch: it is open again"], _log.Take());
    }

    [Fact]
    [Trait("Fault", "20")]
    public void Events_OfAKind_AreALineASecond_ThatSaysHowManyMore()
    {
        var events = System.Threading.Channels.Channel.CreateUnbounded<BridgeEvent>();
        BridgeLog log = new(_log, _time);
        var station = new StationKey(VlanId.Default, new MacAddress(0x0200_0000_0001));
        for (int tick = 0; tick < 100; tick++)
        {
            for (int i = 0; i < 10; i++)
            {
                events.Writer.TryWrite(new(BridgeEventKind.StationFlaps, "a", "b", station));
            }

            log.Tell(events.Reader);
            _time.Advance(s_second / 20);
        }

        string[] lines = _log.Take();
        Assert.Equal(5, lines.Length); // of 5 s
        Assert.Equal("station 02:00:00:00:00:01 in VLAN 1 moves to and fro, now from port b to port a; and 9 more", lines[0]);
        Assert.All(lines[1..], l => Assert.EndsWith("; and 199 more", l, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Fault", "27")]
    public async Task ShutPort_IsReported()
    {
        PipeDevice a = Plug(new PortPolicy { StationLimit = new StationLimit(1, StationLimitAction.Shutdown) });
        Plug();
        a.TrySend(new FrameBuilder().From("02:00:00:00:00:01").Build());
        a.TrySend(new FrameBuilder().From("02:00:00:00:00:02").Build());
        await Bounded.Until(() => _switch.FindPort("a")!.Counters.Drops(DropReason.StationLimit) == 1, "the second is refused");
        _time.Advance(2 * s_second);
        Assert.Equal(["port a: one station more than it may have turned up: it is shut until it is opened"], _log.Take());
    }

    [Fact]
    [Trait("Fault", "25")]
    public async Task SpoofedAddress_OfTheSwitchOrOfAStaticStation_IsAlarmed_ALineInTenSeconds()
    {
        var fixture = new StationKey(VlanId.Default, new MacAddress(0x0200_0000_0050));
        _switch.AddGateway(IpPrefix.Parse("10.0.0.254/24"));
        Plug(new PortPolicy { Stations = [fixture] });
        PipeDevice b = Plug();
        await Spoof(b, _switch.HardwareAddress, 1);
        await Spoof(b, fixture.Mac, 2);
        _time.Advance(s_second);
        string[] first = _log.Take();
        Assert.Equal(
            ["port b: 3 frames claim to come from the switch itself, or from a station whose place is another port (at all ports 3): they are dropped"], first);

        for (int i = 0; i < 9; i++)
        {
            await Spoof(b, fixture.Mac, 10);
            _time.Advance(s_second);
        }

        Assert.Empty(_log.Take());
        _time.Advance(s_second);
        Assert.StartsWith("port b: 90 frames", Assert.Single(_log.Take()), StringComparison.Ordinal);
        _time.Advance(60 * s_second);
        Assert.Empty(_log.Take());
    }

    private bool IsBlocked()
    {
        _switch.Advance();
        return _switch.Ports.Any(p => p.Block == PortBlock.Loop);
    }

    private PipeDevice Plug(PortPolicy? policy = null)
    {
        string name = $"{(char)('a' + _stations.Count)}";
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair(name);
        _stations.Add(outside);
        _host.AddPort(inside, name, new PortOptions { Policy = policy ?? PortPolicy.None });
        return outside;
    }

    private int TicksOf(TimeSpan time)
    {
        int before = _time.Fired;
        _time.Advance(time);
        return _time.Fired - before;
    }

    private async Task Spoof(PipeDevice from, MacAddress source, int frames)
    {
        SwitchPort port = _switch.FindPort("b")!;
        long before = port.Counters.Drops(DropReason.StaticSource);
        for (int i = 0; i < frames; i++)
        {
            Assert.Equal(1, from.TrySend(new FrameBuilder().From(source).Build()));
        }

        await Bounded.Until(() => port.Counters.Drops(DropReason.StaticSource) == before + frames, "they are dropped");
    }

    /// <summary>Passes what comes out at one station to the other, and back: a cable for a moment.</summary>
    private async Task Pass(PipeDevice a, PipeDevice b)
    {
        FrameBatch batch = new();
        foreach ((PipeDevice from, PipeDevice to) in new[] { (a, b), (b, a) })
        {
            long before = _switch.GetTotals().ReceivedFrames;
            int passed = 0;
            for (batch.Clear(); from.TryReceive(batch) > 0; batch.Clear())
            {
                passed += to.TrySend(batch, [.. Enumerable.Range(0, batch.Count)]);
            }

            await Bounded.Until(() => _switch.GetTotals().ReceivedFrames >= before + passed, "they came in again");
        }
    }
}
