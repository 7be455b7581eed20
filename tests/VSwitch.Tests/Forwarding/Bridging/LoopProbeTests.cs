using VSwitch.Devices;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Tests.Forwarding.Bridging;

/// <summary>The probes of the loop guard as they leave the switch, and come to another.</summary>
public class LoopProbeTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private static readonly SwitchOptions s_guarded = new() { Bridge = new BridgePolicy { LoopGuard = new LoopGuardOptions { ProbeInterval = s_interval } } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Fault", "29")]
    public void Probe_HasTheTagThatItsPortSendsWith_BlockedToo(bool isTrunk)
    {
        TestSwitch net = new(0, s_guarded);
        for (int i = 0; i < 2; i++)
        {
            net.Plug(isTrunk ? PortVlans.Trunk(VlanSet.Parse("10")) : PortVlans.Access(new VlanId(10)));
        }

        net.Advance(s_interval);
        byte[] first = Assert.Single(net.Receive(0));
        net.Receive(1);
        net.Send(1, first); // a cable, for a moment
        net.Advance(s_interval);
        Assert.Equal(PortBlock.Loop, net.Ports[1].Block);
        net.Receive(1);
        net.Advance(s_interval);
        byte[] blocked = Assert.Single(net.Receive(1));
        foreach (byte[] probe in new[] { first, blocked })
        {
            Assert.True(EthernetHeader.TryRead(probe, out EthernetHeader header));
            Assert.True(LoopProbe.IsTo(header.Destination));
            Assert.Equal(isTrunk, VlanTag.IsTag(header.EtherType));
        }

        Assert.Equal(0, net.Unaccounted());
    }

    /// <summary>While frames went round, stations seemed to be behind the loop; nobody is to be sought there for the ageing time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Fault", "29")]
    public void Stations_ThatSeemedToBeBehindTheLoop_AreForgottenWhenItIsFoundAndWhenItIsGone(int cable)
    {
        TestSwitch net = new(4, s_guarded);
        net.Send(cable, BridgeNet.Broadcast(0).Build()); // what came round last, of station 0 behind port 0
        net.Receivers();
        Loop(net);
        Assert.Equal(PortBlock.Loop, net.Ports[2].Block);
        net.Receivers();
        net.Send(3, BridgeNet.Frame(3, 0).Build());
        Assert.Contains(0, net.Receivers());

        net.Send(1, BridgeNet.Broadcast(5).Build()); // behind both cables, as long as they are one segment
        for (int i = 0; i < 10; i++)
        {
            net.Advance(s_interval);
        }

        Assert.Equal(PortBlock.None, net.Ports[2].Block);
        net.Receivers();
        net.Send(3, BridgeNet.Frame(3, 5).Build());
        Assert.Equal([0, 1, 2], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    // Ports 1 and 2 are cabled together, for as long as a probe takes.
    private static void Loop(TestSwitch net)
    {
        net.Advance(s_interval);
        net.Send(2, net.Receive(1).Last(f => EthernetHeader.TryRead(f, out EthernetHeader header) && LoopProbe.IsTo(header.Destination)));
        net.Switch.Advance();
    }

    /// <summary>Nobody has to give switches different names or seeds for them to be told apart.</summary>
    [Fact]
    [Trait("Fault", "30")]
    public void ProbesOfATwin_AreForeign()
    {
        VirtualTime time = new();
        VirtualSwitch[] twins = [new(s_guarded, time), new(s_guarded, time)];
        (PipeDevice a, PipeDevice b) = PipeDevice.CreatePair("cable");
        SwitchPort[] ends = [twins[0].AddPort(a), twins[1].AddPort(b)];
        for (int i = 0; i < 20; i++)
        {
            time.Advance(s_interval);
            Array.ForEach(twins, t => t.Advance());
            Array.ForEach(twins, t => t.Run());
        }

        Assert.All(ends, e => Assert.True(e.Counters.ReceivedFrames >= 20));
        Assert.All(ends, e => Assert.Equal(PortBlock.None, e.Block));
    }
}
