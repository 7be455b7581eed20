using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.TestKit;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

/// <summary>Ports that are connected with each other outside the switch, in virtual time.</summary>
public class LoopTests
{
    private const int StepMilliseconds = 25;

    [Fact]
    [Trait("Fault", "29")]
    public void Probe_FindsACable_BlocksOnePort_AndOpensItAgain()
    {
        BridgeNet net = Make(new LoopGuardOptions());
        Let(net, milliseconds: 1000);
        Assert.All(net.Net.Ports, p => Assert.Equal(PortBlock.None, p.Block));
        Assert.True(Let(net, 1000, cable: true, until: () => net.Net.Ports.Any(p => p.Block == PortBlock.Loop)) <= 300);
        Assert.Equal([PortBlock.None, PortBlock.None, PortBlock.Loop], net.Net.Ports.Select(p => p.Block));
        Assert.True(net.Net.Switch.BridgeEvents.TryRead(out BridgeEvent? found));
        Assert.Equal(new(BridgeEventKind.LoopFound, "p2", "p1"), found);

        // A broadcast goes round no more, and the blocked port takes nothing in.
        byte[] frame = Broadcast(0).Build();
        net.Net.Send(0, frame);
        Let(net, 500, cable: true);
        Assert.Equal(0, net.Net.Unaccounted());
        Assert.DoesNotContain(net.Net.Receive(0), f => f.AsSpan().SequenceEqual(frame));
        Assert.True(net.Drops(2, DropReason.PortBlocked) > 0);

        int healed = Let(net, 10_000, until: () => net.Net.Ports.All(p => p.Block == PortBlock.None));
        Assert.InRange(healed, 1750, 3500); // the last probe came back up to an interval before
        Assert.True(net.Net.Switch.BridgeEvents.TryRead(out BridgeEvent? gone));
        Assert.Equal(BridgeEventKind.LoopGone, gone!.Kind);
        net.Net.Receivers();
        net.Net.Send(0, frame);
        Assert.Contains(net.Net.Receive(2), f => f.AsSpan().SequenceEqual(frame));
    }

    [Fact]
    public void PortThatIsNoLongerGuarded_IsOpenAtOnce()
    {
        BridgeNet net = Make(new LoopGuardOptions());
        Let(net, 1000, cable: true, until: () => net.Net.Ports[2].Block == PortBlock.Loop);
        net.Net.Receivers();
        net.Net.Switch.SetPolicy(net.Net.Ports[2], new PortPolicy { IsGuarded = false });
        Assert.Equal(PortBlock.None, net.Net.Ports[2].Block);
        byte[] frame = Broadcast(0).Build();
        net.Net.Send(0, frame);
        Assert.Contains(net.Net.Receive(2), f => f.AsSpan().SequenceEqual(frame));
    }

    [Fact]
    [Trait("Fault", "29")]
    public void Moves_FindACable_FromWhatGoesRound()
    {
        BridgeNet net = Make(new LoopGuardOptions { Method = LoopGuardMethod.Moves });
        for (int i = 0; i < 3; i++)
        {
            net.Net.Send(0, Broadcast(0).Build());
        }

        Assert.True(Let(net, 1000, cable: true, until: () => net.Net.Ports.Any(p => p.Block == PortBlock.Loop)) <= 1000);
        Assert.Equal(0, net.Net.Unaccounted());
    }

    [Fact]
    public void Unguarded_SaysNothing()
    {
        BridgeNet net = new(BridgePolicy.None, PortPolicy.None, new PortPolicy { Hairpin = true });
        Let(net, 3000);
        Assert.Empty(net.Net.Receivers());
    }

    [Fact]
    public void Probes_AreAccountedFor()
    {
        BridgeNet net = Make(new LoopGuardOptions());
        Let(net, 2000);
        Assert.All(Enumerable.Range(0, 3), i => Assert.InRange(net.Net.Receive(i).Count, 7, 13));
        Assert.Equal(0, net.Net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "20")]
    public void StationThatFlaps_IsReported_AndHeldDown()
    {
        BridgeNet net = new(new BridgePolicy { Flapping = new FlapOptions { Moves = 4, HoldDown = TimeSpan.FromSeconds(5) } }, PortPolicy.None, PortPolicy.None);
        for (int i = 0; i < 10; i++)
        {
            net.Exchange(i % 2, Broadcast(7).Build());
        }

        Assert.True(net.Net.Switch.BridgeEvents.TryRead(out BridgeEvent? flaps));
        Assert.Equal((BridgeEventKind.StationFlaps, TestSwitch.Mac(7)), (flaps!.Kind, flaps.Station.Mac));
        Assert.True(Assert.Single(net.Net.Switch.GetFlappingStations()).IsHeld);
        long held = net.Drops(0, DropReason.StationHeld) + net.Drops(1, DropReason.StationHeld);
        Assert.True(held >= 2, $"{held}");
        net.Net.Wait(6);
        net.Exchange(0, Broadcast(7).Build());
        net.Exchange(1, Broadcast(7).Build());
        Assert.Equal(held, net.Drops(0, DropReason.StationHeld) + net.Drops(1, DropReason.StationHeld));
    }

    private static BridgeNet Make(LoopGuardOptions options) =>
        new(new BridgePolicy { LoopGuard = options }, PortPolicy.None, PortPolicy.None, PortPolicy.None);

    /// <summary>Lets time pass, with or without a cable between the stations at ports 1 and 2.</summary>
    /// <returns>Milliseconds until the condition held.</returns>
    private static int Let(BridgeNet net, int milliseconds, bool cable = false, Func<bool>? until = null)
    {
        for (int now = 0; now < milliseconds; now += StepMilliseconds)
        {
            if (until?.Invoke() == true)
            {
                return now;
            }

            net.Net.Advance(TimeSpan.FromMilliseconds(StepMilliseconds));
            net.Net.Switch.Run();
            if (cable)
            {
                byte[][] one = [.. net.Net.Receive(1)];
                byte[][] two = [.. net.Net.Receive(2)];
                Array.ForEach(one, f => net.Net.Stations[2].Send(f));
                Array.ForEach(two, f => net.Net.Stations[1].Send(f));
                net.Net.Switch.Run();
                net.Net.Switch.Advance();
            }
        }

        return milliseconds;
    }
}
