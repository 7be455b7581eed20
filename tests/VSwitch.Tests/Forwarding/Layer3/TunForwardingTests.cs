using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Within a network nothing of a packet changes, whatever kinds of ports it goes between.</summary>
public sealed class TunForwardingTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.6")]
    [InlineData("fd00::5", "fd00::6")]
    public void TunToTun_IsTheSameOctetByOctet(string from, string to)
    {
        TestSwitch net = Create();
        foreach (byte hops in new byte[] { 0, 1, 64, 255 })
        {
            byte[] packet = Udp(from, to).Hops(hops).BuildPacket();
            net.Send(T, packet);
            Assert.Equal(packet, Assert.Single(net.Receive(U)));
        }

        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.1", EtherType.IPv4)]
    [InlineData("fd00::5", "fd00::1", EtherType.IPv6)]
    public void TunToTap_HasAHeaderAndIsTheSameBehindIt(string from, string to, EtherType type)
    {
        TestSwitch net = Create();
        net.Announce(A, to);
        byte[] packet = Udp(from, to).Hops(1).BuildPacket();
        net.Send(T, packet);
        Assert.Equal(Frame(A, A).From(net.MacOf(T)).Type(type).Payload(packet).Build(), Assert.Single(net.Receive(A)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.5")]
    [InlineData("fd00::1", "fd00::5")]
    public void TapToTun_LosesHeaderTagAndPadding(string from, string to)
    {
        TestSwitch net = Create();
        byte[] packet = Udp(from, to, 1).Hops(1).BuildPacket();
        FrameBuilder Frame() => net.ToTun(A, T).Udp(from, to, 1).Hops(1);
        net.Send(A, Frame().Build());
        net.Send(A, Frame().Padding(17, 0xEE).Build());
        net.Send(A, Frame().Vlan(0, priority: 5).Build());
        net.Send(A, Frame().Vlan(0, priority: 5).Padding(13, 0xEE).Build());
        Assert.Equal(Enumerable.Repeat(packet, 4), net.Receive(T));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TapToTun_NoIpOrTaggedForAVlan_IsNotForThePort()
    {
        TestSwitch net = Create();
        net.Send(A, net.ToTun(A, T).Type((EtherType)0x88B5).Build());
        Assert.Equal(1, net.Ports[T].Counters.Drops(DropReason.NotForPort));
        net.Send(A, net.ToTun(A, T).Udp("10.0.0.1", "10.0.0.5", 1).Vlan(0).Vlan(0).Build());
        net.Receivers();
        net.Send(A, net.ToTun(A, T).Udp("10.0.0.1", "10.0.0.5", 1).Vlan(7).Build()); // nobody is known in that VLAN: flooded
        Assert.Equal([B], net.Receivers());
        Assert.Equal(3, net.Ports[T].Counters.Drops(DropReason.NotForPort));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TunToHostBehindTheSamePort_IsNotSentBack()
    {
        TestSwitch net = Create();
        net.Send(T, IpPacket.Udp("10.0.0.9", "224.0.0.1")); // a second host behind it
        net.Receivers();
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.9"));
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[T].Counters.Drops(DropReason.SamePort));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void FloodOfAnUnknownStation_IsNotForTuns()
    {
        TestSwitch net = Create();
        net.Send(A, Frame(A, 9).Udp("10.0.0.1", "10.0.0.5", 1).Build());
        Assert.Equal([B], net.Receivers());
        Assert.Equal(1, net.Ports[T].Counters.Drops(DropReason.NotForPort));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void EchoBetweenTapAndTun_BothWays_IsUntouched()
    {
        TestSwitch net = Create();
        byte[] request = net.ToTun(A, T).Echo("10.0.0.1", "10.0.0.5").Build();
        net.Announce(A, "10.0.0.1");
        net.Send(A, request);
        Assert.Equal(request[14..], Assert.Single(net.Receive(T)));
        byte[] reply = new FrameBuilder().Icmp("10.0.0.5", "10.0.0.1", 0, 0, 1, 2, 3, 4).BuildPacket();
        net.Send(T, reply);
        Assert.Equal(reply, Assert.Single(net.Receive(A))[14..]);
    }
}
