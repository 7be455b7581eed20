using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;

namespace VSwitch.Tests.Forwarding;

public sealed class VirtualSwitchTests
{
    [Fact]
    public void UnknownDestination_IsFloodedToAllButIngress()
    {
        var net = new TestSwitch(stations: 4);
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([1, 2, 3], net.Receivers());
        Assert.Equal(2, net.Ports[0].Counters.Replicated);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void KnownDestination_IsSentToItsPortAlone()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        byte[] frame = Frame(0, 1).Payload([1, 2, 3]).Build();
        net.Send(0, frame);
        Assert.Equal(frame, Assert.Single(net.Stations[1].Receive()));
        Assert.Empty(net.Stations[2].Receive());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("01:00:5e:00:00:fb")]
    [InlineData("33:33:00:00:00:01")]
    [InlineData("01:80:c2:00:00:00")] // no spanning tree here: BPDUs pass, as in Linux with STP off
    [InlineData("01:00:0c:cc:cc:cc")]
    public void GroupDestination_IsFlooded(string destination)
    {
        var net = new TestSwitch();
        net.Send(0, Frame(0, 1).To(destination).Build());
        Assert.Equal([1, 2], net.Receivers());
    }

    [Theory]
    [Trait("Fault", "1")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    public void Runt_IsDroppedAndCounted(int octets) =>
        AssertDropped(Frame(0, 1).Build()[..octets], DropReason.Runt);

    [Fact]
    [Trait("Fault", "2")]
    public void HeaderOnly_IsForwardedUnpadded()
    {
        var net = new TestSwitch();
        net.Send(0, Frame(0, 1).Payload([]).Build());
        Assert.Equal(14, Assert.Single(net.Stations[1].Receive()).Length);
    }

    [Theory]
    [Trait("Fault", "5")]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void TagCutAtAnyOctet_IsMalformed(int octets) =>
        AssertDropped(Frame(0, 1).Vlan(10).Build()[..octets], DropReason.MalformedTag);

    [Fact]
    [Trait("Fault", "6")]
    public void ManyTags_PassAsTheyAre()
    {
        var net = new TestSwitch();
        FrameBuilder builder = Frame(0, 1);
        for (int i = 0; i < 8; i++)
        {
            builder.Vlan(10 + i);
        }

        byte[] frame = builder.Build();
        net.Send(0, frame);
        Assert.Equal(frame, Assert.Single(net.Stations[1].Receive()));
    }

    [Theory]
    [Trait("Fault", "18")]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("01:00:5e:00:00:01")]
    public void SourceThatIsNoStation_IsDroppedAndNotLearned(string source)
    {
        TestSwitch net = AssertDropped(Frame(0, 1).From(source).Build(), DropReason.InvalidSource);
        Assert.Equal(0, net.Switch.FilteringDatabase.Count);
    }

    [Fact]
    [Trait("Fault", "19")]
    public void DestinationOnIngressPort_IsNotSentBack()
    {
        var net = new TestSwitch();
        net.Send(0, Frame(0, 0).Build()); // source = destination
        net.Send(0, Frame(5, 1).Build());
        net.Receivers();
        net.Send(0, Frame(0, 5).Build()); // both behind port 0
        Assert.Empty(net.Receivers());
        Assert.Equal(2, net.Ports[0].Counters.Drops(DropReason.SamePort));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "31")]
    public void ReservedGroupAddresses_AreNotForwarded()
    {
        var net = new TestSwitch();
        for (int i = 1; i <= 15; i++)
        {
            net.Send(0, Frame(0, 1).To($"01:80:c2:00:00:{i:x2}").Build());
        }

        Assert.Empty(net.Receivers());
        Assert.Equal(15, net.Ports[0].Counters.Drops(DropReason.ReservedAddress));
        net.Send(0, Frame(0, 1).To("01:80:c2:00:00:10").Build());
        Assert.Equal([1, 2], net.Receivers());
    }

    [Fact]
    [Trait("Fault", "32")]
    public void Pause_ToAStation_IsDropped() =>
        AssertDropped(Frame(0, 1).Type(EtherType.MacControl).Build(), DropReason.MacControl);

    [Fact]
    [Trait("Fault", "33")]
    public void ReservedVlan_IsDroppedAndPriorityTagMeansUntagged()
    {
        AssertDropped(Frame(0, 1).Vlan(4095).Build(), DropReason.ReservedVlan);

        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Vlan(0, priority: 5).Build());
        net.Receivers();
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([1], net.Receivers());
    }

    [Fact]
    public void SameStationInTwoVlans_IsLearnedInEach()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Vlan(10).Build());
        net.Receivers();
        net.Send(0, Frame(0, 1).Vlan(20).Build());
        Assert.Equal([1, 2], net.Receivers());
        net.Send(0, Frame(0, 1).Vlan(10).Build());
        Assert.Equal([1], net.Receivers());
    }

    [Fact]
    [Trait("Fault", "3")]
    public void LongerThanTheEgressMtu_IsOversizeOnThatEgressOnly()
    {
        var net = new TestSwitch(stations: 1);
        net.Plug(mtu: 9000);
        net.Plug(mtu: 1500);
        net.Send(0, Frame(0, 1).Payload(new byte[1501]).Build());
        Assert.Equal([1], net.Receivers());
        Assert.Equal(1, net.Ports[2].Counters.Drops(DropReason.Oversize));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TagsDoNotCountForTheMtu()
    {
        var net = new TestSwitch();
        net.Send(0, Frame(0, 1).Vlan(10).Payload(new byte[1500]).Build());
        net.Send(0, Frame(0, 1).Vlan(10).Vlan(20).Payload(new byte[1500]).Build());
        Assert.Equal(2, net.Stations[1].Receive().Count);
        net.Send(0, Frame(0, 1).Vlan(10).Payload(new byte[1501]).Build());
        Assert.Empty(net.Stations[1].Receive());
    }

    [Fact]
    public void SilentStation_IsForgottenAfterTheAgeingTime()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        net.Advance(TimeSpan.FromSeconds(299));
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([1], net.Receivers());
        net.Advance(TimeSpan.FromSeconds(3));
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([1, 2], net.Receivers());
    }

    [Fact]
    public void StationThatMoves_IsFollowedAtOnce()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Send(2, Frame(1, 0).Build());
        net.Receivers();
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([2], net.Receivers());
        Assert.Equal(1, net.Switch.FilteringDatabase.Moves);
    }

    [Fact]
    [Trait("Fault", "24")]
    public void SourceThatIsStaticElsewhere_IsDropped()
    {
        var net = new TestSwitch();
        net.Switch.FilteringDatabase.TryAddStatic(new StationKey(VlanId.Default, Mac(1)), net.Ports[1].Id);
        net.Send(2, Frame(1, 0).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[2].Counters.Drops(DropReason.StaticSource));
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([1], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "26")]
    public void PortUnpluggedAndItsPlaceTakenAgain_InheritsNothing()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        PortId former = net.Ports[1].Id;
        Assert.True(net.Switch.RemovePort(net.Ports[1]));
        Assert.False(net.Switch.RemovePort(net.Ports[1]));
        int again = net.Plug();
        Assert.Equal(former.Index, net.Ports[again].Id.Index);
        Assert.NotEqual(former, net.Ports[again].Id);
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([2, again], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void SinglePort_HasNobodyToFloodTo()
    {
        var net = new TestSwitch(stations: 1);
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal(1, net.Ports[0].Counters.Drops(DropReason.NoEgress));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void PortThatGoesDown_LosesItsStationsAndGetsNoFloods()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        ((PipeDevice)net.Ports[1].Device).SetLink(up: false);
        net.Switch.Advance();
        Assert.False(net.Ports[1].IsUp);
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([2], net.Receivers());
        ((PipeDevice)net.Ports[1].Device).SetLink(up: true);
        net.Switch.Advance();
        net.Send(0, Frame(0, 1).Build());
        Assert.Equal([1, 2], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public async Task DeviceThatIsClosed_TakesDownItsOwnPortOnly()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        await net.Ports[1].Device.DisposeAsync();
        net.Send(0, Frame(0, 1).Build()); // the switch has not heard of it yet
        Assert.Equal(1, net.Ports[1].Counters.Drops(DropReason.LinkDown));
        net.Switch.Advance();
        net.Stations.RemoveAt(1);
        net.Send(0, Frame(0, 7).Build());
        Assert.Equal([1], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void FullEgress_DropsAndCountsTheRest()
    {
        var net = new TestSwitch(stations: 2);
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        byte[] frame = Frame(0, 1).Payload(new byte[1500]).Build();
        for (int i = 0; i < 2000; i++)
        {
            net.Send(0, frame);
        }

        long dropped = net.Ports[1].Counters.Drops(DropReason.EgressFull);
        Assert.True(dropped > 0);
        Assert.Equal(2000 - dropped, net.Stations[1].Receive().Count);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void FloodAndUnicastInOneBurst_KeepTheirOrder()
    {
        var net = new TestSwitch();
        net.Send(1, Frame(1, 0).Build());
        net.Receivers();
        for (byte i = 0; i < 40; i++)
        {
            FrameBuilder frame = i % 3 == 0 ? Frame(0, 9) : i % 3 == 1 ? Frame(0, 1) : Frame(0, 1).To(MacAddress.Broadcast);
            net.Stations[0].Send(frame.Payload([i]).Build());
        }

        net.Switch.Run();
        Assert.Equal(Enumerable.Range(0, 40), net.Stations[1].Receive().Select(f => (int)f[14]));
        Assert.Equal(Enumerable.Range(0, 40).Where(i => i % 3 != 1), net.Stations[2].Receive().Select(f => (int)f[14]));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void AddPort_WhatDoesNotFit_IsRefused()
    {
        var net = new TestSwitch(stations: 1);
        Assert.Throws<ArgumentException>(() => net.Switch.AddPort(net.Ports[0].Device));
        Assert.Throws<ArgumentException>(() => net.Switch.AddPort(net.Ports[0].Device, "other"));
        (PipeDevice device, _) = PipeDevice.CreatePair("x");
        Assert.Throws<ArgumentException>(() => net.Switch.AddPort(device, net.Ports[0].Name));
        Assert.Single(net.Switch.Ports);
    }

    /// <summary>Frames at random from every port, ports that come and go: nothing is lost, nothing invented, no octet changed.</summary>
    [Theory]
    [Trait("Fault", "12")]
    [InlineData(11)]
    [InlineData(12)]
    public void RandomTraffic_IsAccountedForExactly(int seed)
    {
        var random = new Random(seed);
        var net = new TestSwitch(stations: 5);
        long offered = 0;
        for (int i = 0; i < 20_000; i++)
        {
            int from = random.Next(5);
            var octets = new byte[random.Next(0, 200)];
            random.NextBytes(octets);
            if (octets.Length >= 14 && random.Next(4) > 0)
            {
                Mac(random.Next(8)).Write(octets);
                Mac(from).Write(octets.AsSpan(6));
            }

            net.Stations[from].Send(octets);
            offered++;
            if (random.Next(8) == 0)
            {
                net.Switch.Run();
                net.Receivers();
            }

            if (random.Next(500) == 0)
            {
                net.Switch.Run();
                SwitchPort port = net.Ports[from];
                net.Switch.RemovePort(port);
                net.Ports[from] = net.Switch.AddPort(port.Device);
            }

            if (random.Next(100) == 0)
            {
                net.Advance(TimeSpan.FromSeconds(random.Next(200)));
            }
        }

        net.Switch.Run();
        Assert.Equal(offered, net.Switch.GetTotals().ReceivedFrames);
        Assert.Equal(0, net.Unaccounted());
    }

    private static TestSwitch AssertDropped(byte[] frame, DropReason reason)
    {
        var net = new TestSwitch();
        net.Send(0, frame);
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[0].Counters.Drops(reason));
        Assert.Equal(1, net.Ports[0].Counters.TotalDrops());
        Assert.Equal(0, net.Unaccounted());
        return net;
    }
}
