using System.Net;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Routes by next hops: the longest prefix, the default, next hops behind TUNs.</summary>
public sealed class StaticRouteTests
{
    [Theory]
    [InlineData("10.9.1.1", A)] // 10.9.0.0/16
    [InlineData("10.9.2.1", B)] // 10.9.2.0/24
    [InlineData("10.9.2.9", T)] // 10.9.2.9/32
    [InlineData("192.0.2.1", U)] // 0.0.0.0/0
    public void LongestPrefix_Decides(string to, int egress)
    {
        TestSwitch net = Net();
        net.Send(V, Udp("10.1.0.5", to).BuildPacket());
        byte[] octets = Assert.Single(net.Receive(egress));
        Assert.Equal(Udp("10.1.0.5", to).Hops(63).BuildPacket(), octets[(octets.Length > 48 ? 14 : 0)..]);
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void RemovedAtRunTime_TheNextLongestCounts()
    {
        TestSwitch net = Net();
        Assert.True(net.Switch.RemoveRoute(IpPrefix.Parse("10.9.2.9/32")));
        Assert.False(net.Switch.RemoveRoute(IpPrefix.Parse("10.9.2.9/32")));
        net.Send(V, Udp("10.1.0.5", "10.9.2.9").BuildPacket());
        Assert.Equal([B], net.Receivers());
        net.Switch.RemoveRoute(IpPrefix.Parse("10.9.2.77/24")); // host bits mean nothing
        net.Send(V, Udp("10.1.0.5", "10.9.2.9").BuildPacket());
        Assert.Equal([A], net.Receivers());
        net.Switch.RemoveRoute(IpPrefix.Parse("10.9.0.0/16"));
        net.Send(V, Udp("10.1.0.5", "10.9.2.9").BuildPacket());
        Assert.Equal([U], net.Receivers());
        net.Switch.RemoveRoute(IpPrefix.Parse("0.0.0.0/0"));
        net.Send(V, Udp("10.1.0.5", "10.9.2.9").BuildPacket());
        net.Icmp(V).AssertSays("10.1.0.254", "10.1.0.5", 3, 0, Udp("10.1.0.5", "10.9.2.9").BuildPacket());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void FromBehindTheNextHop_IsTakenFromThereAlone()
    {
        TestSwitch net = Net();
        byte[] packet = Udp("10.9.2.9", "10.1.0.5").BuildPacket();
        net.Send(T, packet);
        Assert.Equal(Udp("10.9.2.9", "10.1.0.5").Hops(63).BuildPacket(), Assert.Single(net.Receive(V)));
        net.Send(U, packet);
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[U].Counters.Drops(DropReason.ReversePath));
        Assert.Null(net.Neighbor("10.9.2.9")); // it is no neighbour
    }

    [Fact]
    public void NextHopThatIsNotKnown_IsAskedForAndNotTheDestination()
    {
        TestSwitch net = CreateRouted();
        net.Switch.AddRoute(IpPrefix.Parse("10.9.0.0/16"), IPAddress.Parse("10.0.0.1"));
        net.Send(V, Udp("10.1.0.5", "10.9.1.1").BuildPacket());
        ArpSeen asked = Assert.Single(net.Arps(A));
        Assert.Equal(("10.0.0.254", "10.0.0.1"), (asked.SenderAddress, asked.TargetAddress));
        net.Receivers();
        net.Send(A, net.ToRouter(A).ArpReply("10.0.0.1", "10.0.0.254").Build());
        Assert.Equal(Udp("10.1.0.5", "10.9.1.1").Hops(63).BuildPacket(), Assert.Single(net.Receive(A))[14..]);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void IPv6_HasADefaultRouteToo()
    {
        TestSwitch net = CreateRouted();
        net.Switch.AddRoute(IpPrefix.Parse("::/0"), IPAddress.Parse("fd00::5"));
        net.Send(V, Udp("fd01::5", "2001:db8::1").BuildPacket());
        Assert.Equal(Udp("fd01::5", "2001:db8::1").Hops(63).BuildPacket(), Assert.Single(net.Receive(T)));
        net.Send(V, Udp("10.1.0.5", "192.0.2.1").BuildPacket());
        Assert.Equal([V], net.Receivers()); // no route for IPv4
    }

    [Theory]
    [InlineData("10.9.0.0/16", "10.0.0.2")] // there is one
    [InlineData("10.9.77.0/16", "10.0.0.2")]
    [InlineData("10.0.0.0/24", "10.0.0.2")] // connected
    [InlineData("10.8.0.0/16", "fd00::1")]
    [InlineData("fd08::/64", "10.0.0.1")]
    [InlineData("10.8.0.0/16", "10.0.0.254")] // the switch itself
    [InlineData("10.8.0.0/16", "224.0.0.1")]
    [InlineData("10.8.0.0/16", "127.0.0.1")]
    public void Added_WhatCannotBe_IsRefused(string prefix, string via)
    {
        TestSwitch net = Net();
        Assert.Throws<ArgumentException>(() => net.Switch.AddRoute(IpPrefix.Parse(prefix), IPAddress.Parse(via)));
    }

    /// <summary>Next hops at A, B, T and U, all known.</summary>
    private static TestSwitch Net()
    {
        TestSwitch net = CreateRouted();
        net.Announce(A, "10.0.0.1");
        net.Announce(B, "10.0.0.2");
        net.Switch.AddRoute(IpPrefix.Parse("10.9.0.0/16"), IPAddress.Parse("10.0.0.1"));
        net.Switch.AddRoute(IpPrefix.Parse("10.9.2.0/24"), IPAddress.Parse("10.0.0.2"));
        net.Switch.AddRoute(IpPrefix.Parse("10.9.2.9/32"), IPAddress.Parse("10.0.0.5"));
        net.Switch.AddRoute(IpPrefix.Parse("0.0.0.0/0"), IPAddress.Parse("10.0.0.6"));
        return net;
    }
}
