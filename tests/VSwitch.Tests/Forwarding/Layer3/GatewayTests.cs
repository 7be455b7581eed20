using System.Net;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>The switch as a station with addresses of its own, and as a router.</summary>
public sealed class GatewayTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.254", 0)]
    [InlineData("fd00::1", "fd00::fe", 129)]
    public void Echo_FromATap_IsAnswered(string from, string to, int type)
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Echo(from, to, mark: 77, data: 100).Hops(1).Build());
        byte[] frame = Assert.Single(net.Receive(A));
        Assert.Equal((Mac(A), net.Switch.HardwareAddress), (MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(6))));
        var reply = IcmpSeen.Of(frame[14..]);
        Assert.Equal((to, from, type, 0), (reply.Source, reply.Destination, reply.Type, reply.Code));
        Assert.Equal(77, reply.Rest[^1]);
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.1.0.5", "10.1.0.254", 0)]
    [InlineData("10.1.0.5", "10.0.0.254", 0)] // the address in the other network
    [InlineData("fd01::5", "fd01::fe", 129)]
    public void Echo_FromATun_IsAnswered(string from, string to, int type)
    {
        TestSwitch net = CreateRouted();
        net.Send(V, new FrameBuilder().Echo(from, to).BuildPacket());
        IcmpSeen reply = net.Icmp(V);
        Assert.Equal((to, from, type, 0), (reply.Source, reply.Destination, reply.Type, reply.Code));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void ArpAndNeighbourDiscovery_AreAnsweredWithTheSwitchsAddress()
    {
        TestSwitch net = CreateRouted();
        net.Send(A, Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.254").Build());
        Assert.Equal(new ArpSeen(Mac(A), net.Switch.HardwareAddress, 2, net.Switch.HardwareAddress, "10.0.0.254", Mac(A), "10.0.0.1"), Assert.Single(net.Arps(A)));
        net.Send(A, Frame(A, A).Solicitation("fd00::1", "fd00::fe").Build());
        Assert.Equal(0xE0, Assert.Single(net.Discoveries(A)).Flags); // it is a router
    }

    [Theory]
    [InlineData("10.0.0.1", "10.1.0.5")]
    [InlineData("fd00::1", "fd01::5")]
    public void BetweenNetworks_ThereIsOneHopLess(string tap, string tun)
    {
        TestSwitch net = CreateRouted();
        net.Announce(A, tap);
        net.Send(A, net.ToRouter(A).Udp(tap, tun, 50).Hops(2).Build());
        Assert.Equal(Udp(tap, tun, 50).Hops(1).BuildPacket(), Assert.Single(net.Receive(V)));
        net.Send(V, Udp(tun, tap, 50).Hops(64).BuildPacket());
        byte[] frame = Assert.Single(net.Receive(A));
        Assert.Equal(Udp(tun, tap, 50).Hops(63).BuildPacket(), frame[14..]);
        Assert.Equal((Mac(A), net.Switch.HardwareAddress), (MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(6))));
        net.Send(V, Udp(tun, tap[..^1] + "5", 50).Hops(64).BuildPacket()); // from TUN to TUN
        Assert.Equal(Udp(tun, tap[..^1] + "5", 50).Hops(63).BuildPacket(), Assert.Single(net.Receive(T)));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void WithinANetwork_TheGatewayChangesNothing()
    {
        TestSwitch net = CreateRouted();
        byte[] packet = Udp("10.0.0.5", "10.0.0.6").Hops(1).BuildPacket();
        net.Send(T, packet);
        Assert.Equal(packet, Assert.Single(net.Receive(U)));
    }

    [Fact]
    public void UnknownHost_IsAskedForInTheNameOfTheGatewayThere()
    {
        TestSwitch net = CreateRouted();
        byte[] packet = Udp("10.1.0.5", "10.0.0.1").BuildPacket();
        net.Send(V, packet);
        MacAddress self = net.Switch.HardwareAddress;
        Assert.Equal(new ArpSeen(MacAddress.Broadcast, self, 1, self, "10.0.0.254", default, "10.0.0.1"), Assert.Single(net.Arps(A)));
        net.Receivers();
        net.Send(A, net.ToRouter(A).ArpReply("10.0.0.1", "10.0.0.254").Build());
        Assert.Equal(Udp("10.1.0.5", "10.0.0.1").Hops(63).BuildPacket(), Assert.Single(net.Receive(A))[14..]);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void UnknownHost_ThatDoesNotAnswer_IsReportedToWhoAskedForIt()
    {
        TestSwitch net = CreateRouted();
        byte[] packet = Udp("10.0.0.1", "10.1.0.77").Hops(9).BuildPacket();
        net.Send(A, net.ToRouter(A).Udp("10.0.0.1", "10.1.0.77", 20).Hops(9).Build());
        net.Receivers();
        net.Wait(3);
        byte[] report = Assert.Single(net.Receive(A), f => ArpSeen.Of(f) is null);
        var seen = IcmpSeen.Of(report[14..]);
        Assert.Equal(("10.0.0.254", "10.0.0.1", 3, 1), (seen.Source, seen.Destination, seen.Type, seen.Code));
        Assert.Equal(packet[12..20], seen.Rest[12..20]);
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.7.0.1", "10.0.0.254", 3, 0)]
    [InlineData("fd00::1", "fd07::1", "fd00::fe", 1, 0)]
    public void NoRoute_IsReported(string from, string to, string gateway, int type, int code)
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Udp(from, to, 20).Build());
        net.Icmp(A).AssertSays(gateway, from, type, code, Udp(from, to).BuildPacket());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.NoRoute));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void UdpToTheSwitch_IsAClosedPort()
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Udp("10.0.0.1", "10.0.0.254", 20).Build());
        net.Icmp(A).AssertSays("10.0.0.254", "10.0.0.1", 3, 3, Udp("10.0.0.1", "10.0.0.254").BuildPacket());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TwoNetworksInOneSegment_AreRoutedBackOutOfThePort()
    {
        var net = new TestSwitch(2);
        net.Switch.AddGateway(IpPrefix.Parse("10.0.0.254/24"));
        net.Switch.AddGateway(IpPrefix.Parse("10.1.0.254/24"));
        net.Send(A, Frame(7, 7).ArpRequest("10.1.0.7", "10.1.0.254").Build()); // a second host behind the same port
        net.Receivers();
        net.Send(A, net.ToRouter(A).Udp("10.0.0.1", "10.1.0.7", 20).Build());
        byte[] frame = Assert.Single(net.Receive(A));
        Assert.Equal(Mac(7), MacAddress.Read(frame));
        Assert.Equal(63, frame[14 + 8]);
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.1.0.255")] // directed broadcast
    [InlineData("10.0.0.1", "255.255.255.255")]
    [InlineData("10.0.0.1", "224.0.0.9")]
    [InlineData("10.0.0.1", "127.0.0.1")]
    [InlineData("10.0.0.1", "0.0.0.0")]
    [InlineData("10.0.0.1", "169.254.3.4")]
    [InlineData("169.254.3.4", "10.1.0.5")]
    [InlineData("fe80::1", "fd01::5")]
    [InlineData("fd00::1", "fe80::5")]
    [InlineData("fd00::1", "ff02::5")]
    [InlineData("fd00::1", "::1")]
    [InlineData("fd00::1", "::")]
    public void WhatNoRouterPassesOn_IsDroppedInSilence(string from, string to)
    {
        TestSwitch net = CreateRouted();
        net.Announce(A, from);
        net.Send(A, net.ToRouter(A).Udp(from, to, 20).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.BadIp));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void DirectedBroadcast_FromATunOfAnotherNetwork_IsNotRouted()
    {
        TestSwitch net = CreateRouted();
        net.Send(V, Udp("10.1.0.5", "10.0.0.255").BuildPacket());
        Assert.Empty(net.Receivers());
        net.Send(V, Udp("10.1.0.5", "10.1.0.255").BuildPacket());
        Assert.Equal([A, B, T, U], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void EtherTypeOfTheOtherFamily_IsNoPacket()
    {
        TestSwitch net = CreateRouted();
        net.Announce(B, "10.0.0.2");
        net.Send(A, net.ToRouter(A).Udp("10.0.0.1", "10.0.0.2", 20).Type(EtherType.IPv6).Build());
        net.Send(A, net.ToRouter(A).Udp("fd00::1", "fd01::5", 20).Type(EtherType.IPv4).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(2, net.Ports[A].Counters.Drops(DropReason.BadIp));
    }

    [Fact]
    public void SecondTag_IsNotForTheRouter()
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Udp("10.0.0.1", "10.1.0.5", 20).Vlan(0).Vlan(5).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.NotForPort));
        net.Send(A, net.ToRouter(A).Udp("10.0.0.1", "10.1.0.5", 20).Vlan(0, priority: 3).Build());
        Assert.Equal([V], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void RemovedAtRunTime_TheSwitchIsASegmentAgain()
    {
        TestSwitch net = CreateRouted();
        Assert.Equal(4, net.Switch.Gateways.Count);
        foreach (string gateway in new[] { "10.0.0.254", "fd00::fe", "10.1.0.254", "fd01::fe" })
        {
            Assert.True(net.Switch.RemoveGateway(IPAddress.Parse(gateway)));
            Assert.False(net.Switch.RemoveGateway(IPAddress.Parse(gateway)));
        }

        byte[] request = Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.254").Build();
        net.Send(A, request);
        Assert.Equal(request, Assert.Single(net.Receive(B)));
        byte[] packet = Udp("10.1.0.5", "10.0.0.5").Hops(1).BuildPacket();
        net.Send(V, packet); // one segment: delivered, and not routed
        Assert.Equal(packet, Assert.Single(net.Receive(T)));
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.254/16")] // an address of the switch
    [InlineData("224.0.0.1/24")]
    [InlineData("127.0.0.1/8")]
    [InlineData("::/64")]
    public void Added_WhatNoStationCanHave_IsRefused(string gateway)
    {
        TestSwitch net = CreateRouted();
        Assert.Throws<ArgumentException>(() => net.Switch.AddGateway(IpPrefix.Parse(gateway)));
        Assert.Equal(4, net.Switch.Gateways.Count);
    }
}
