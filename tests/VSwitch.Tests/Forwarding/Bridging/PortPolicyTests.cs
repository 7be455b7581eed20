using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

public class PortPolicyTests
{
    private static readonly PortPolicy s_isolated = new() { IsIsolated = true };

    [Fact]
    public void IsolatedPorts_ReachOthers_NotEachOther()
    {
        BridgeNet net = new(null, s_isolated, s_isolated, PortPolicy.None);
        byte[] frame = Broadcast(0).Build();
        net.Expect(0, frame, (2, frame));
        byte[] second = Broadcast(1).Build();
        net.Expect(1, second, (2, second));
        net.ExpectDrop(0, Frame(0, 1).Build(), DropReason.Isolated);
        byte[] third = Broadcast(2).Build();
        net.Expect(2, third, (0, third), (1, third));
    }

    [Fact]
    public void Hairpin_SendsBack()
    {
        BridgeNet net = new(null, new PortPolicy { Hairpin = true }, new PortPolicy());
        byte[] broadcast = Broadcast(0).Build();
        net.Expect(0, broadcast, (0, broadcast), (1, broadcast));
        net.Exchange(0, Broadcast(7).Build());
        byte[] frame = Frame(0, 7).Build();
        net.Expect(0, frame, (0, frame));
        net.Exchange(1, Broadcast(8).Build());
        net.Exchange(1, Broadcast(9).Build());
        net.ExpectDrop(1, Frame(8, 9).Build(), DropReason.SamePort);
    }

    [Fact]
    public void NotLearning_LeavesStationsUnknown()
    {
        BridgeNet net = new(null, new PortPolicy { Learns = false }, PortPolicy.None, PortPolicy.None);
        net.Exchange(0, Broadcast(0).Build());
        Assert.Empty(net.Net.Switch.GetStations());
        byte[] frame = Frame(1, 0).Build();
        net.Expect(1, frame, (0, frame), (2, frame));
    }

    [Fact]
    public void Policing_LetsTheRateIn_AndCountsTheRest()
    {
        BridgeNet net = new(null, new PortPolicy { Policing = RateLimit.Frames(100, burst: 10) }, PortPolicy.None);
        for (int i = 0; i < 50; i++)
        {
            net.Exchange(0, Broadcast(0).Build());
        }

        Assert.Equal(40, net.Drops(0, DropReason.Policed));
        net.Net.Advance(TimeSpan.FromMilliseconds(55));
        for (int i = 0; i < 50; i++)
        {
            net.Exchange(0, Broadcast(0).Build());
        }

        Assert.Equal(40 + 45, net.Drops(0, DropReason.Policed));
    }

    [Fact]
    [Trait("Fault", "28")]
    public void StormControl_BoundsEachKindByItself_AndNoUnicast()
    {
        var storm = new StormControl
        {
            Broadcast = RateLimit.Frames(10, burst: 5), Multicast = RateLimit.Frames(10, burst: 3), UnknownUnicast = RateLimit.Frames(10, burst: 2),
        };
        BridgeNet net = new(null, new PortPolicy { StormControl = storm }, PortPolicy.None);
        net.Exchange(1, Broadcast(1).Build());
        byte[][] kinds = [Broadcast(0).Build(), new FrameBuilder().From(TestSwitch.Mac(0)).To("01:00:5e:01:02:03").Build(), Frame(0, 99).Build(), Frame(0, 1).Build()];
        int[] arrived = [.. kinds.Select(frame => Enumerable.Range(0, 20).Sum(_ => net.Exchange(0, frame)[1].Count))];
        Assert.Equal([5, 3, 2, 20], arrived);
        Assert.Equal(60 - 10, net.Drops(0, DropReason.StormControl));
    }

    public static TheoryData<ReservedAddressAction, int, bool> Reserved() => new()
    {
        { ReservedAddressAction.Standard, 0x00, true }, { ReservedAddressAction.Standard, 0x01, false }, { ReservedAddressAction.Standard, 0x02, false },
        { ReservedAddressAction.Standard, 0x0E, false }, { ReservedAddressAction.Standard, 0x0F, false }, { ReservedAddressAction.Standard, 0x10, true },
        { ReservedAddressAction.Standard, 0x20, true }, { ReservedAddressAction.Pass, 0x02, true }, { ReservedAddressAction.Pass, 0x0E, true },
        { ReservedAddressAction.Drop, 0x00, false }, { ReservedAddressAction.Drop, 0x2F, false }, { ReservedAddressAction.Drop, 0x30, true },
        { ReservedAddressAction.Peer, 0x0E, false },
    };

    [Theory]
    [MemberData(nameof(Reserved))]
    [Trait("Fault", "31")]
    public void ReservedAddress_FollowsThePolicy(ReservedAddressAction action, int last, bool passes)
    {
        BridgeNet net = new(null, new PortPolicy { ReservedAddresses = new(action), Hairpin = true }, PortPolicy.None);
        byte[] frame = new FrameBuilder().From(TestSwitch.Mac(0)).To(new MacAddress(0x0180_C200_0000 + (ulong)last)).Build();
        if (passes)
        {
            Assert.Single(net.Exchange(0, frame)[1]);
        }
        else
        {
            net.ExpectDrop(0, frame, DropReason.ReservedAddress);
        }
    }

    [Fact]
    [Trait("Fault", "32")]
    public void Pause_IsDropped_WhateverThePolicy()
    {
        BridgeNet net = new(null, new PortPolicy { ReservedAddresses = new(ReservedAddressAction.Pass) }, PortPolicy.None);
        net.ExpectDrop(0, new FrameBuilder().From(TestSwitch.Mac(0)).To("01:80:c2:00:00:01").Type(EtherType.MacControl).Build(), DropReason.MacControl);
        net.ExpectDrop(0, Frame(0, 1).Type(EtherType.MacControl).Build(), DropReason.MacControl);
    }

    [Fact]
    public void Peer_HearsTheFrame_AndNobodyElseDoes()
    {
        var peer = new HearingPeer();
        BridgeNet net = new(new BridgePolicy { Peer = peer }, new PortPolicy { ReservedAddresses = ReservedAddresses.Standard.With(0x0E, ReservedAddressAction.Peer) }, PortPolicy.None);
        byte[] frame = new FrameBuilder().From(TestSwitch.Mac(0)).To("01:80:c2:00:00:0e").Type((EtherType)0x88CC).Build();
        net.Expect(0, frame);
        Assert.Equal((net.Net.Ports[0].Id, VlanId.Default, Convert.ToHexString(frame)), Assert.Single(peer.Heard));
        peer.Error = new InvalidOperationException("a peer's own fault");
        net.Expect(0, frame);
        Assert.Equal(1, net.Net.Ports[0].Counters.Faults);
    }

    [Fact]
    [Trait("Fault", "27")]
    public void StationLimit_RefusesOneMore_AsItIsTold()
    {
        BridgeNet net = new(null, new PortPolicy { StationLimit = new(2) }, new PortPolicy { StationLimit = new(1, StationLimitAction.Flood) }, PortPolicy.None);
        net.Exchange(0, Broadcast(10).Build());
        net.Exchange(0, Broadcast(11).Build());
        net.ExpectDrop(0, Broadcast(12).Build(), DropReason.StationLimit);
        Assert.Equal(2, net.Exchange(0, Broadcast(11).Build()).Sum(f => f.Count));
        net.Exchange(1, Broadcast(20).Build());
        Assert.Equal(2, net.Exchange(1, Broadcast(21).Build()).Sum(f => f.Count));
        Assert.Equal(3, net.Net.Switch.GetStations().Count);
    }

    [Fact]
    [Trait("Fault", "27")]
    public void StationLimit_ShutsThePort_UntilItIsOpened()
    {
        BridgeNet net = new(null, new PortPolicy { StationLimit = new(1, StationLimitAction.Shutdown) }, PortPolicy.None);
        net.Exchange(0, Broadcast(10).Build());
        net.ExpectDrop(0, Broadcast(11).Build(), DropReason.StationLimit);
        net.ExpectDrop(0, Broadcast(10).Build(), DropReason.PortBlocked);
        net.Net.Switch.Advance();
        Assert.Equal(PortBlock.StationLimit, net.Net.Ports[0].Block);
        Assert.True(net.Net.Switch.BridgeEvents.TryRead(out BridgeEvent? happened));
        Assert.Equal(new(BridgeEventKind.PortShut, "p0"), happened);
        net.ExpectDrop(1, Broadcast(1).Build(), DropReason.NoEgress);
        net.Net.Switch.OpenPort(net.Net.Ports[0]);
        Assert.Single(net.Exchange(0, Broadcast(10).Build())[1]);
    }

    [Fact]
    public void StationLimit_OfAVlan_CountsItsStations()
    {
        BridgeNet net = new(
            new BridgePolicy { StationLimits = new Dictionary<VlanId, StationLimit> { [Vlan(10)] = new(1) } },
            new PortPolicy { Vlans = PortVlans.Trunk(Set("10+20")) },
            new PortPolicy { Vlans = PortVlans.Trunk(Set("10+20")) });
        net.Exchange(0, Broadcast(10).Vlan(10).Build());
        net.ExpectDrop(1, Broadcast(11).Vlan(10).Build(), DropReason.StationLimit);
        Assert.Single(net.Exchange(1, Broadcast(11).Vlan(20).Build())[0]);
    }

    [Fact]
    [Trait("Fault", "24")]
    public void Sticky_AndStaticStations_StayWhereTheyAre()
    {
        BridgeNet net = new(null, new PortPolicy { IsSticky = true, Stations = [new StationKey(VlanId.Default, TestSwitch.Mac(50))] }, PortPolicy.None, PortPolicy.None);
        net.Exchange(0, Broadcast(10).Build());
        net.ExpectDrop(1, Broadcast(10).Build(), DropReason.StaticSource);
        net.ExpectDrop(1, Broadcast(50).Build(), DropReason.StaticSource);
        net.Net.Wait(400);
        Assert.Equal(2, net.Net.Switch.GetStations().Count);
        net.Expect(2, Frame(2, 50).Build(), (0, Frame(2, 50).Build()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "25")]
    public void OwnAddress_IsNobodyElses_WithPoliciesToo(bool hasPolicies)
    {
        BridgeNet net = new(null, new PortPolicy { Hairpin = hasPolicies }, PortPolicy.None);
        net.Net.Switch.AddGateway(IpPrefix.Parse("10.0.0.254/24"));
        MacAddress own = net.Net.Switch.HardwareAddress;
        net.ExpectDrop(0, new FrameBuilder().From(own).To(MacAddress.Broadcast).Build(), DropReason.StaticSource);
        net.ExpectDrop(1, new FrameBuilder().From(own).To(TestSwitch.Mac(0)).Build(), DropReason.StaticSource);
        Assert.Equal(PortId.Switch, Assert.Single(net.Net.Switch.GetStations(), s => s.Mac == own).Port);
    }

    [Fact]
    public void Station_ThatIsElsewhereForGood_IsRefused()
    {
        StationKey station = new(VlanId.Default, TestSwitch.Mac(50));
        BridgeNet net = new(null, new PortPolicy { Stations = [station] }, PortPolicy.None);
        VirtualSwitch bridge = net.Net.Switch;
        Assert.Throws<ArgumentException>(() => bridge.SetPolicy(net.Net.Ports[1], new PortPolicy { Stations = [station] }));
        Assert.Throws<ArgumentException>(() => bridge.SetPolicy(net.Net.Ports[1], new PortPolicy { Stations = [new(VlanId.Default, bridge.HardwareAddress)] }));
        bridge.SetPolicy(net.Net.Ports[0], PortPolicy.None);
        bridge.SetPolicy(net.Net.Ports[1], new PortPolicy { Stations = [station] });
        Assert.Equal(net.Net.Ports[1].Id, Assert.Single(bridge.GetStations()).Port);
    }

    [Fact]
    public void Wire_PassesEverything_AndLearnsNothing()
    {
        TestSwitch net = new(2, new SwitchOptions { IsWire = true });
        byte[][] frames =
        [
            new FrameBuilder().From(TestSwitch.Mac(0)).To("01:80:c2:00:00:01").Type(EtherType.MacControl).Build(),
            new FrameBuilder().From(TestSwitch.Mac(0)).To("01:80:c2:00:00:0e").Build(), Frame(0, 1).Vlan(4095).Build(), Frame(0, 0).Build(),
            new FrameBuilder().From("ff:ff:ff:ff:ff:ff").To("00:00:00:00:00:00").Build(), Frame(0, 1).Vlan(0, priority: 4).Build(),
        ];
        foreach (byte[] frame in frames)
        {
            net.Send(0, frame);
            Assert.Equal(frame, Assert.Single(net.Receive(1)));
        }

        Assert.Empty(net.Switch.GetStations());
        Assert.Throws<ArgumentException>(() => net.Plug());
        Assert.Throws<ArgumentException>(() => net.Switch.SetPolicy(net.Ports[0], new PortPolicy { Hairpin = true }));
        Assert.Equal(0, net.Unaccounted());
    }

    private sealed class HearingPeer : IProtocolPeer
    {
        internal List<(PortId, VlanId, string)> Heard { get; } = [];

        internal Exception? Error { get; set; }

        public void Receive(PortId port, VlanId vlan, ReadOnlySpan<byte> frame)
        {
            Heard.Add((port, vlan, Convert.ToHexString(frame)));
            if (Error is not null)
            {
                throw Error;
            }
        }
    }
}
