using VSwitch.Identifiers;
using VSwitch.TestKit;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>The switch answers ARP and neighbour discovery for what is behind a TUN.</summary>
public sealed class TunAnsweringTests
{
    [Fact]
    public void ArpRequest_IsAnsweredWithThePortsAddress()
    {
        TestSwitch net = Create();
        net.Send(A, Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.5").Build());
        Assert.Equal(new ArpSeen(Mac(A), net.MacOf(T), 2, net.MacOf(T), "10.0.0.5", Mac(A), "10.0.0.1"), Assert.Single(net.Arps(A)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void ArpRequest_Padded_Probing_AndUnicast_AreAnswered()
    {
        TestSwitch net = Create();
        net.Send(A, Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.5").Padding(18).Build());
        net.Send(A, Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.5").To(net.MacOf(T)).Build());
        Assert.Equal(2, net.Arps(A).Count);
        net.Send(A, Frame(A, A).ArpRequest("0.0.0.0", "10.0.0.5").Build()); // somebody wants the address for himself (RFC 5227)
        Assert.Equal(new ArpSeen(Mac(A), net.MacOf(T), 2, net.MacOf(T), "10.0.0.5", Mac(A), "0.0.0.0"), Assert.Single(net.Arps(A)));
        Assert.Null(net.Neighbor("0.0.0.0"));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void ArpRequest_ForAnAddressThatWasLearnedBehindATun_IsAnswered()
    {
        var net = new TestSwitch(1);
        int tun = net.PlugTun();
        net.Send(0, Frame(0, 0).ArpRequest("10.0.0.1", "10.0.0.9").Build());
        Assert.Empty(net.Arps(0));
        net.Send(tun, Udp("10.0.0.9", "224.0.0.1").BuildPacket());
        net.Receivers();
        net.Send(0, Frame(0, 0).ArpRequest("10.0.0.1", "10.0.0.9").Build());
        Assert.Equal(net.MacOf(tun), Assert.Single(net.Arps(0)).Sender);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void ArpRequest_ForAnotherHost_PassesToTapsOnly()
    {
        TestSwitch net = Create();
        byte[] request = Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.2").Build();
        net.Send(A, request);
        Assert.Equal(request, Assert.Single(net.Receive(B)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Solicitation_IsAnswered()
    {
        TestSwitch net = Create();
        net.Send(A, Frame(A, A).Solicitation("fd00::1", "fd00::5").Build());
        Assert.Equal(
            new DiscoverySeen(Mac(A), net.MacOf(T), "fd00::5", "fd00::1", 136, 0x60, "fd00::5", net.MacOf(T)), Assert.Single(net.Discoveries(A)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Solicitation_OfSomebodyWhoWantsTheAddress_IsAnsweredInFrontOfAll()
    {
        TestSwitch net = Create();
        net.Send(A, Frame(A, A).Solicitation("::", "fd00::5").Build());
        var expected = new DiscoverySeen(MacAddress.Parse("33:33:00:00:00:01"), net.MacOf(T), "fd00::5", "ff02::1", 136, 0x20, "fd00::5", net.MacOf(T));
        Assert.Equal(expected, Assert.Single(net.Discoveries(A)));
        Assert.Equal(expected, Assert.Single(net.Discoveries(B)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void UnicastProbe_IsAnswered()
    {
        TestSwitch net = Create();
        net.Send(A, net.ToTun(A, T).Probe("fd00::1", "fd00::5").Build());
        Assert.Equal(
            new DiscoverySeen(Mac(A), net.MacOf(T), "fd00::5", "fd00::1", 136, 0x60, "fd00::5", net.MacOf(T)), Assert.Single(net.Discoveries(A)));
        Assert.Empty(net.Receivers());
    }

    [Fact]
    public void AnswersToTheSwitch_EndThere()
    {
        TestSwitch net = Create();
        net.Send(A, net.ToTun(A, T).ArpReply("10.0.0.1", "10.0.0.5").Build());
        net.Send(A, net.ToTun(A, T).Advertisement("fd00::1", "fd00::5", "fd00::1", 0x60).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Switch.GetTotals().TotalDrops());
        Assert.Equal(0, net.Unaccounted());
    }
}
