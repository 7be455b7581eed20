using System.Diagnostics;
using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Stations that move, multiply, or claim to be others.</summary>
[Collection(Collections.Heavy)]
public class StationTests
{
    private const int C = 2;

    [Fact]
    [Trait("Fault", "20")]
    public async Task FlappingStation_IsFollowed_AndReportedALineASecond()
    {
        const int Moves = 300;
        await using SwitchLab lab = new(3, options: new SwitchOptions { Bridge = new BridgePolicy { Flapping = new FlapOptions() } });
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        using PacketSocket c = lab[C].Packets();
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < Moves; i++)
        {
            byte[] here = Numbered(Stranger(1), lab[C].Mac, i).Build();
            (i % 2 == 0 ? a : b).Send(here);
            c.ReceiveUntil(f => Is(f, here), "the nomad");
        }

        await Bounded.Until(() => Flaps(lab).Any(), "the host says so");
        Assert.Contains(lab.Switch.GetFlappingStations(), s => s.Mac == Stranger(1));
        Assert.Contains(lab.Switch.GetStations(), s => s.Mac == Stranger(1) && s.Port == lab.Port(1).Id);
        Assert.Equal(Moves - 1, lab.Switch.FilteringDatabase.Moves);
        Assert.All(Flaps(lab), l => Assert.Contains($"{Stranger(1)}", l, StringComparison.Ordinal));
        Assert.InRange(Flaps(lab).Count(), 1, 1 + (int)watch.Elapsed.TotalSeconds);
    }

    [Fact]
    [Trait("Fault", "20")]
    public async Task FlappingStation_WithHoldDown_StaysWhereItIs()
    {
        FlapOptions flapping = new() { Moves = 5, Window = TimeSpan.FromMinutes(10), HoldDown = TimeSpan.FromMinutes(10) };
        await using SwitchLab lab = new(3, options: new SwitchOptions { Bridge = new BridgePolicy { Flapping = flapping } }, workers: 1);
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        using PacketSocket c = lab[C].Packets();
        long Held() => lab.Counters(0).Drops(DropReason.StationHeld) + lab.Counters(1).Drops(DropReason.StationHeld);
        for (int i = 0; i < 50; i++)
        {
            long before = Held();
            byte[] here = Numbered(Stranger(1), lab[C].Mac, i).Build();
            (i % 2 == 0 ? a : b).Send(here);
            await Bounded.Until(() => Held() > before || (c.TryReceive(0) is { } seen && Is(seen, here)), "the frame is held, or comes to C");
        }

        Assert.True(Held() >= 20, $"{Held()} held");
        Assert.Equal(flapping.Moves, lab.Switch.FilteringDatabase.Moves);
    }

    [Theory]
    [InlineData(StationLimitAction.Drop)]
    [InlineData(StationLimitAction.Flood)]
    [Trait("Fault", "21")]
    [Trait("Fault", "22")]
    [Trait("Fault", "27")]
    public async Task InventedSources_ByAPortWithALimit_TakeNoMoreThanItAndNothingFromOthers(StationLimitAction action)
    {
        const int Limit = 20;
        const int Sources = 20_000;
        const int OfB = 100;
        const int FirstOfB = 1 << 30;
        PortPolicy limited = new() { StationLimit = new StationLimit(Limit, action) };
        await using SwitchLab lab = new(3, options: new SwitchOptions { FilteringDatabaseSize = 2048 }, plug: i => With(i == C ? limited : PortPolicy.None));
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await flow.Progress();
        using PacketSocket b = lab[1].Packets();
        using PacketSocket c = lab[C].Packets();
        int sent = 0;
        await Bounded.Until(
            () =>
            {
                // A TAP that is full loses frames in silence: B's stations speak until each was heard.
                for (int i = 0; i < Sources / OfB; i++)
                {
                    c.Send(Numbered(Stranger(++sent), lab[0].Mac, sent).Build());
                }

                b.Send(Numbered(Stranger(FirstOfB + (sent / (Sources / OfB) % OfB)), lab[0].Mac, sent).Build());
                return sent >= Sources && Known(lab, 1) == OfB;
            },
            "all of B's stations are known");
        Assert.Equal(Limit, lab.Switch.GetStations().Count(s => s.Port == lab.Port(C).Id));
        Assert.Contains(lab.Switch.GetStations(), s => s.Mac == lab[0].Mac && s.Port == lab.Port(0).Id);
        long refused = lab.Counters(C).Drops(DropReason.StationLimit);
        Assert.True(action == StationLimitAction.Drop ? refused > Sources / OfB : refused == 0, $"{refused} refused");
        await flow.Progress();
        await flow.Stop();
        for (byte[]? seen = c.TryReceive(0); seen is not null; seen = c.TryReceive(0))
        {
            Assert.True(EthernetHeader.TryRead(seen, out EthernetHeader header));
            Assert.False(header.Source == lab[0].Mac && header.Destination == lab[1].Mac, "a frame of A to B came to C");
        }
    }

    [Fact]
    [Trait("Fault", "24")]
    public async Task StickyStation_IsNotMovedByWhoClaimsToBeIt()
    {
        const int Claims = 50;
        await using SwitchLab lab = new(3, plug: i => With(new PortPolicy { IsSticky = i == 0 }));
        await lab.Reach(1, 0);
        using PacketSocket c = lab[C].Packets();
        for (int i = 0; i < Claims; i++)
        {
            c.Send(Numbered(lab[0].Mac, lab[1].Mac, i).Build());
        }

        await Bounded.Until(() => lab.Counters(C).Drops(DropReason.StaticSource) == Claims, "each is dropped");
        FilteringEntry entry = Assert.Single(lab.Switch.GetStations(), s => s.Mac == lab[0].Mac);
        Assert.Equal((lab.Port(0).Id, FilteringEntryKind.Sticky), (entry.Port, entry.Kind));
        await lab.Reach(1, 0);
        await ExpectAlarm(lab, C);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Fault", "25")]
    public async Task GatewaysAddress_ClaimedByAStation_IsDroppedAndAlarmed(bool hasPolicies)
    {
        const string Gateway = "10.88.0.254";
        const int Claims = 50;
        await using SwitchLab lab = new(
            2, configure: s => s.AddGateway(IpPrefix.Parse($"{Gateway}/24", null)), plug: _ => With(new PortPolicy { Hairpin = hasPolicies }));
        await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-w", "10", Gateway);
        using PacketSocket b = lab[1].Packets();
        for (int i = 0; i < Claims; i++)
        {
            b.Send(new FrameBuilder().From(lab.Switch.HardwareAddress).ArpReply(Gateway, "10.88.0.1").To(lab[0].Mac).Build());
        }

        await Bounded.Until(() => lab.Counters(1).Drops(DropReason.StaticSource) == Claims, "each is dropped");
        await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-w", "10", Gateway);
        await ExpectAlarm(lab, 1);
    }

    [Fact]
    [Trait("Fault", "26")]
    [Trait("Fault", "27")]
    public async Task PortThatWasShut_UnpluggedAndPluggedInAgainUnderTraffic_InheritsNothing()
    {
        PortPolicy strict = new() { StationLimit = new StationLimit(2, StationLimitAction.Shutdown), IsSticky = true, Stations = [new(VlanId.Default, Stranger(7))] };
        await using SwitchLab lab = new(3, plug: i => With(i == C ? strict : PortPolicy.None));
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await flow.Progress();
        SwitchPort before = lab.Port(C);
        using (PacketSocket c = lab[C].Packets())
        {
            for (int i = 0; i < 5; i++)
            {
                c.Send(Numbered(Stranger(i), lab[0].Mac, i).Build());
            }
        }

        await Bounded.Until(() => lab.Port(C).Block == PortBlock.StationLimit, "the port is shut");
        await Bounded.Until(() => lab.Log.Lines.Any(l => l.StartsWith($"port {lab[C].Port}: one station more", StringComparison.Ordinal)), "and that is said");
        Assert.True(await lab.Host.RemovePortAsync(lab[C].Port));
        Assert.DoesNotContain(lab.Switch.GetStations(), s => s.Port == before.Id || s.Mac == Stranger(7));

        await Bounded.Until(() => !lab[C].HasTap);
        lab.Host.AddPort(lab[C].Port, () => Tool.Ports.PortOpener.Open(lab[C].Spec));
        Assert.Equal(before.Id.Index, lab.Port(C).Id.Index);
        Assert.NotEqual(before.Id, lab.Port(C).Id);
        await Bounded.Until(lab[C].IsUsable);
        await lab.Reach(0, C);
        using (PacketSocket c = lab[C].Packets())
        {
            for (int i = 0; i < 5; i++)
            {
                c.Send(Numbered(Stranger(i), lab[0].Mac, i).Build());
            }
        }

        await Bounded.Until(() => Known(lab, C) >= 5, "more are learned than the limit allowed");
        Assert.All(lab.Switch.GetStations().Where(s => s.Port == lab.Port(C).Id), s => Assert.Equal(FilteringEntryKind.Dynamic, s.Kind));
        Assert.Equal(PortBlock.None, lab.Port(C).Block);
        await flow.Progress();
        await flow.Stop();
    }

    private static IEnumerable<string> Flaps(SwitchLab lab) => lab.Log.Lines.Where(l => l.Contains("moves to and fro", StringComparison.Ordinal));

    private static int Known(SwitchLab lab, int port) => lab.Switch.GetStations().Count(s => s.Port == lab.Port(port).Id && s.Mac.Value >= Stranger(0).Value);

    private static Task ExpectAlarm(SwitchLab lab, int port) => Bounded.Until(
        () => lab.Log.Lines.Any(l => l.StartsWith($"port {lab[port].Port}: ", StringComparison.Ordinal) && l.Contains("claim to come from", StringComparison.Ordinal)),
        "the alarm");
}
