using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.TestKit;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>How the switch's knowledge of a host at a TAP ages, is checked, and moves.</summary>
public sealed class NeighborLifeTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.1")]
    [InlineData("fd00::5", "fd00::1")]
    public void Used_IsProbedByUnicastAndConfirmed(string from, string to)
    {
        TestSwitch net = Create();
        byte[] packet = Udp(from, to).BuildPacket();
        net.Send(T, packet);
        net.Receivers();
        net.Send(A, Answer(net, from, to));
        net.Receivers();
        Assert.Equal(NeighborState.Reachable, net.StateOf(to));
        net.Wait(31);
        Assert.Equal(NeighborState.Stale, net.StateOf(to));
        Assert.Empty(net.Receivers()); // nobody uses it
        net.Send(T, packet);
        Assert.Equal([A], net.Receivers());
        Assert.Equal(NeighborState.Delay, net.StateOf(to));
        net.Wait(4);
        Assert.Empty(net.Receivers());
        net.Wait(1);
        Assert.Equal(NeighborState.Probe, net.StateOf(to));
        byte[] probe = Assert.Single(net.Receive(A));
        Assert.Equal((Mac(A), net.MacOf(T)), (MacAddress.Read(probe), MacAddress.Read(probe.AsSpan(6))));
        Assert.Empty(net.Receive(B)); // to the host alone
        Assert.Equal((to, from), ArpSeen.Of(probe) is { } arp ? (arp.TargetAddress, arp.SenderAddress) : (DiscoverySeen.Of(probe)!.Target, DiscoverySeen.Of(probe)!.Source));
        net.Send(A, Answer(net, from, to));
        Assert.Equal(NeighborState.Reachable, net.StateOf(to));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Probed_InVain_IsForgottenAndAskedForAnew()
    {
        TestSwitch net = Create();
        net.Announce(A, "10.0.0.1");
        Assert.Equal(NeighborState.Stale, net.StateOf("10.0.0.1"));
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        net.Wait(5 + 3);
        Assert.Equal(4, net.Receive(A).Count); // the packet and three probes
        Assert.Equal(NeighborState.None, net.StateOf("10.0.0.1"));
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        Assert.Equal(MacAddress.Broadcast, Assert.Single(net.Arps(A)).To);
    }

    [Fact]
    public void HeardNoMore_IsForgotten()
    {
        TestSwitch net = Create();
        net.Announce(A, "10.0.0.1");
        net.Wait(299);
        Assert.Equal(NeighborState.Stale, net.StateOf("10.0.0.1"));
        net.Wait(3);
        Assert.Equal(NeighborState.None, net.StateOf("10.0.0.1"));
        Assert.Equal(NeighborState.Permanent, net.StateOf("10.0.0.5"));
    }

    [Fact]
    public void GratuitousArp_MovesANeighbour()
    {
        TestSwitch net = Create();
        net.Announce(A, "10.0.0.1");
        net.Wait(31); // its owner is silent: no conflict
        net.Send(B, Frame(B, B).ArpRequest("10.0.0.1", "10.0.0.1").Build());
        net.Receivers();
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        byte[] frame = Assert.Single(net.Receive(B));
        Assert.Equal(Mac(B), MacAddress.Read(frame));
        Assert.Equal((1, 0), (net.Switch.Neighbors.Moves, net.Switch.Neighbors.Conflicts));
    }

    [Theory]
    [InlineData(0x20, B)] // override
    [InlineData(0x00, A)]
    public void UnsolicitedAdvertisement_MovesANeighbourIfItMayOverride(byte flags, int expected)
    {
        TestSwitch net = Create();
        net.Announce(A, "fd00::1");
        net.Wait(31);
        net.Send(B, Frame(B, B).To("33:33:00:00:00:01").Advertisement("fd00::1", "ff02::1", "fd00::1", flags).Build());
        net.Receivers();
        net.Send(T, IpPacket.Udp("fd00::5", "fd00::1"));
        Assert.Equal([expected], net.Receivers());
    }

    [Fact]
    public void Gateway_LearnsWhoAsksForIt_AndNeedNotAsk()
    {
        TestSwitch net = CreateRouted();
        net.Send(A, Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.254").Build());
        net.Receivers();
        net.Send(V, Udp("10.1.0.5", "10.0.0.1").BuildPacket());
        Assert.Equal(Udp("10.1.0.5", "10.0.0.1").Hops(63).BuildPacket(), Assert.Single(net.Receive(A))[14..]);
    }

    private static byte[] Answer(TestSwitch net, string asker, string host) => host.Contains(':', StringComparison.Ordinal)
        ? net.ToTun(A, T).Advertisement(host, asker, host, 0x60).Build()
        : net.ToTun(A, T).ArpReply(host, asker).Build();
}
