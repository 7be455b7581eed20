using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.TestKit;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Ports go down, are unplugged and plugged in again: nothing is inherited, nothing is lost uncounted.</summary>
[Trait("Fault", "26")]
public sealed class TunPortChangesTests
{
    [Fact]
    public void Down_ForgetsWhatWasLearnedBehindThePort()
    {
        var net = new TestSwitch(1);
        int tun = net.PlugTun();
        net.Send(tun, IpPacket.Udp("10.0.0.9", "224.0.0.1"));
        Assert.Equal(net.Ports[tun].Id, net.Neighbor("10.0.0.9")!.Value.Port);
        net.SetLink(tun, up: false);
        Assert.Null(net.Neighbor("10.0.0.9"));
        net.Receivers();
        net.Send(0, Frame(0, 0).ArpRequest("10.0.0.1", "10.0.0.9").Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Down_KeepsWhatIsConfigured()
    {
        TestSwitch net = Create();
        net.SetLink(T, up: false);
        net.Send(A, net.ToTun(A, T).Udp("10.0.0.1", "10.0.0.5", 5).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.LinkDown));
        net.SetLink(T, up: true);
        net.Send(A, net.ToTun(A, T).Udp("10.0.0.1", "10.0.0.5", 5).Build());
        Assert.Equal([T], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TapDown_ForgetsItsHosts()
    {
        TestSwitch net = Create();
        net.Announce(A, "10.0.0.1");
        net.SetLink(A, up: false);
        Assert.Null(net.Neighbor("10.0.0.1"));
        net.SetLink(A, up: true);
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        Assert.Single(net.Arps(B)); // it may have turned up elsewhere
    }

    [Fact]
    public void Removed_IsAnsweredForNoLonger()
    {
        TestSwitch net = Create();
        MacAddress former = net.MacOf(T);
        net.Switch.RemovePort(net.Ports[T]);
        Assert.Null(net.Neighbor("10.0.0.5"));
        byte[] request = Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.5").Build();
        net.Send(A, request);
        Assert.Equal(request, Assert.Single(net.Receive(B)));
        net.Send(A, Frame(A, A).To(former).Udp("10.0.0.1", "10.0.0.5", 5).Build());
        Assert.Equal([B], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Replugged_HasItsMacAddressAndNoneOfItsFormerHosts()
    {
        var net = new TestSwitch(1);
        int tun = net.PlugTun();
        MacAddress before = net.MacOf(tun);
        net.Send(tun, IpPacket.Udp("10.0.0.9", "224.0.0.1"));
        net.Replug(tun, new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.8/24")] });
        Assert.Equal(before, net.MacOf(tun));
        Assert.Null(net.Neighbor("10.0.0.9"));
        Assert.Equal(NeighborState.Permanent, net.StateOf("10.0.0.8"));
        net.Send(0, Frame(0, 0).To(before).Udp("10.0.0.1", "10.0.0.8", 5).Build());
        Assert.Equal([tun], net.Receivers().Where(r => r == tun));
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatItHadWait_IsGivenUpWithinASecond(bool removed)
    {
        TestSwitch net = Create();
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        net.Send(T, IpPacket.Udp("fd00::5", "fd00::1"));
        Assert.Equal(2, net.Unaccounted());
        if (removed)
        {
            net.Switch.RemovePort(net.Ports[T]);
        }
        else
        {
            net.SetLink(T, up: false);
        }

        net.Receivers();
        net.Wait(1);
        Assert.Equal(0, net.Unaccounted());
        Assert.Equal(2, net.Switch.GetTotals().Drops(DropReason.NeighborUnresolved));
        Assert.Empty(net.Receive(A)); // no report is flooded to find somebody who is gone
    }

    [Fact]
    public void WhatItHadWait_DoesNotGoOutForItsSuccessor()
    {
        TestSwitch net = Create();
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1", 1));
        net.Replug(T, new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.5/24")] });
        net.Wait(1);
        net.Receivers();
        byte[] newer = IpPacket.Udp("10.0.0.5", "10.0.0.1", 2);
        net.Send(T, newer);
        net.Receivers();
        net.Send(A, net.ToTun(A, T).ArpReply("10.0.0.1", "10.0.0.5").Build());
        Assert.Equal(newer, Assert.Single(net.Receive(A))[14..]);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void LastTunRemoved_NothingOfTheInternetLayerIsLeft()
    {
        var net = new TestSwitch(2);
        int tun = net.PlugTun("10.0.0.5/24");
        net.Send(tun, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        net.Switch.RemovePort(net.Ports[tun]);
        net.Wait(1);
        Assert.Equal(0, net.Unaccounted());
        Assert.DoesNotContain(net.Switch.GetStations(), s => s.Mac == net.Switch.HardwareAddress);
    }

    [Fact]
    public void WhoElseWaits_IsStillServed()
    {
        TestSwitch net = Create();
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1", 1));
        net.Send(U, IpPacket.Udp("10.0.0.6", "10.0.0.1", 2));
        net.Switch.RemovePort(net.Ports[T]);
        net.Receivers();
        net.Send(U, IpPacket.Udp("10.0.0.6", "10.0.0.1", 3)); // asks anew: the first question was the other's
        Assert.Single(net.Arps(A));
        net.Send(A, net.ToTun(A, U).ArpReply("10.0.0.1", "10.0.0.6").Build());
        Assert.Contains(net.Receive(A), f => f[^1] == 2);
        net.Wait(1);
        Assert.Equal(0, net.Unaccounted());
    }
}
