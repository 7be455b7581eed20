using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.TestKit;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Fault 38: somebody claims an address that is another's.</summary>
[Trait("Fault", "38")]
public sealed class NeighborPoisoningTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddressOfAHostAtATap_IsKeptByTheGuardElseCounted(bool guard)
    {
        TestSwitch net = Create(new SwitchOptions { Neighbors = new NeighborOptions { Guard = guard } });
        foreach (string victim in new[] { "10.0.0.1", "fd00::1" })
        {
            bool isV4 = victim == "10.0.0.1";
            net.Announce(A, victim);
            net.Send(B, isV4 ? Frame(B, A).ArpReply(victim, "10.0.0.2").Build() : Frame(B, A).Advertisement(victim, "fd00::2", victim, 0x20).Build());
            Assert.Equal(guard ? [] : [A], net.Receivers());
            net.Send(T, IpPacket.Udp(isV4 ? "10.0.0.5" : "fd00::5", victim));
            Assert.Equal([guard ? A : B], net.Receivers());
        }

        Assert.Equal(2, net.Switch.Neighbors.Conflicts);
        Assert.Equal(guard ? 2 : 0, net.Ports[B].Counters.Drops(DropReason.NeighborConflict));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void GuardedAddress_WhoseOwnerIsSilent_MayMove()
    {
        TestSwitch net = Create(new SwitchOptions { Neighbors = new NeighborOptions { Guard = true } });
        net.Announce(A, "10.0.0.1");
        net.Wait(31);
        net.Announce(B, "10.0.0.1");
        Assert.Equal(net.Ports[B].Id, net.Neighbor("10.0.0.1")!.Value.Port);
    }

    [Fact]
    public void AddressBehindATun_IsNobodyElses()
    {
        TestSwitch net = Create();
        byte[][] claims =
        [
            Frame(A, A).ArpRequest("10.0.0.5", "10.0.0.5").Build(),
            Frame(A, A).ArpRequest("10.0.0.5", "10.0.0.2").Build(),
            Frame(A, B).ArpReply("10.0.0.5", "10.0.0.2").Build(),
            Frame(A, A).To("33:33:00:00:00:01").Advertisement("fd00::5", "ff02::1", "fd00::5", 0x20).Build(),
            Frame(A, A).Solicitation("fd00::5", "fd00::2").Build(),
        ];
        Array.ForEach(claims, c => net.Send(A, c));
        Assert.Empty(net.Receivers());
        Assert.Equal(claims.Length, net.Ports[A].Counters.Drops(DropReason.NeighborConflict));
        Assert.Equal(net.Ports[T].Id, net.Neighbor("10.0.0.5")!.Value.Port);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void AddressOfTheSwitch_IsNobodyElses()
    {
        TestSwitch net = CreateRouted();
        byte[][] claims =
        [
            Frame(A, A).ArpRequest("10.0.0.254", "10.0.0.254").Build(),
            Frame(A, B).ArpReply("10.0.0.254", "10.0.0.2").Build(),
            Frame(A, A).To("33:33:00:00:00:01").Advertisement("fd00::fe", "ff02::1", "fd00::fe", 0x20).Build(),
        ];
        Array.ForEach(claims, c => net.Send(A, c));
        Assert.Empty(net.Receivers());
        Assert.Equal(claims.Length, net.Ports[A].Counters.Drops(DropReason.NeighborConflict));
        Assert.Null(net.Neighbor("10.0.0.254"));
    }

    [Fact]
    [Trait("Fault", "25")]
    public void MacAddressOfTheSwitchOrATun_IsNobodyElses()
    {
        TestSwitch net = CreateRouted();
        foreach (MacAddress mac in new[] { net.Switch.HardwareAddress, net.MacOf(T) })
        {
            net.Send(A, Frame(A, B).Arp(2, mac, "10.0.0.1", Mac(B), "10.0.0.2").Build()); // in the message
            net.Send(A, Frame(A, B).From(mac).Build()); // of the frame
        }

        Assert.Empty(net.Receivers());
        Assert.Equal(2, net.Ports[A].Counters.Drops(DropReason.NeighborConflict));
        Assert.Equal(2, net.Ports[A].Counters.Drops(DropReason.StaticSource));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HostAtATap_SpoofedFromATun_IsKeptByTheGuardElseCounted(bool guard)
    {
        TestSwitch net = Create(new SwitchOptions { Neighbors = new NeighborOptions { Guard = guard } });
        net.Announce(A, "10.0.0.1");
        net.Send(T, IpPacket.Udp("10.0.0.1", "10.0.0.6"));
        Assert.Equal(guard ? [] : [U], net.Receivers());
        Assert.Equal(guard ? 1 : 0, net.Ports[T].Counters.Drops(DropReason.NeighborConflict));
        Assert.Equal(1, net.Switch.Neighbors.Conflicts);
        Assert.Equal(0, net.Unaccounted());
    }
}
