using System.Net;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Fault 41: packets at the end of their way, rings of routers, and ICMP about it.</summary>
[Trait("Fault", "41")]
public sealed class HopLimitTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.1.0.5", 0, "10.0.0.254", 11)]
    [InlineData("10.0.0.1", "10.1.0.5", 1, "10.0.0.254", 11)]
    [InlineData("fd00::1", "fd01::5", 0, "fd00::fe", 3)]
    [InlineData("fd00::1", "fd01::5", 1, "fd00::fe", 3)]
    public void LastHop_IsReported(string from, string to, byte hops, string gateway, int type)
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Udp(from, to, 20).Hops(hops).Build());
        net.Icmp(A).AssertSays(gateway, from, type, 0, Udp(from, to).Hops(hops).BuildPacket());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.HopLimitExceeded));
        Assert.Equal(0, net.Unaccounted());
    }

    /// <summary>Two hosts behind TUNs are the default routes of each other's: the test passes on what they get.</summary>
    [Theory]
    [InlineData("10.0.0.1", "10.9.0.1", "10.9.0.0/16", "10.0.0.5", "10.0.0.6")]
    [InlineData("fd00::1", "fd09::1", "fd09::/64", "fd00::5", "fd00::6")]
    public void RingOfTwoRouters_EndsAfterAtMost255Hops(string from, string to, string prefix, string first, string second)
    {
        TestSwitch net = CreateRouted();
        net.Announce(A, from);
        net.Switch.AddRoute(IpPrefix.Parse(prefix), IPAddress.Parse(first));
        net.Switch.AddRoute(IpPrefix.Parse(from.Contains(':', StringComparison.Ordinal) ? "::/0" : "0.0.0.0/0"), IPAddress.Parse(second));
        byte[]? packet = Udp(from, to).Hops(255).BuildPacket();
        net.Send(A, net.ToRouter(A).Type(packet[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6).Payload(packet).Build());
        int passed = 0;
        while (net.Receive(T).FirstOrDefault() is { } arrived)
        {
            Assert.True(++passed <= 255);
            net.Send(T, arrived); // 10.0.0.5 sends it back unchanged, as the worst router would
        }

        Assert.InRange(passed, 1, 255);
        Assert.Equal(0, net.Unaccounted());
    }

    /// <summary>A route that points at the host itself: the packet is bounced between it and the switch.</summary>
    [Fact]
    public void RingThroughTheSwitch_CountsEveryHop()
    {
        TestSwitch net = CreateRouted();
        net.Announce(A, "10.0.0.1");
        net.Switch.AddRoute(IpPrefix.Parse("10.9.0.0/16"), IPAddress.Parse("10.0.0.1"));
        byte[] frame = net.ToRouter(A).Udp("10.0.0.1", "10.9.0.1", 20).Hops(255).Build();
        int hops = 0;
        for (; hops < 300; hops++)
        {
            net.Send(A, frame);
            byte[] back = Assert.Single(net.Receive(A));
            if (back[14 + 9] == 1)
            {
                IcmpSeen.Of(back[14..]).AssertSays("10.0.0.254", "10.0.0.1", 11, 0, Udp("10.0.0.1", "10.9.0.1").Hops(1).BuildPacket());
                break;
            }

            net.Switch.HardwareAddress.Write(back);
            Mac(A).Write(back.AsSpan(6));
            frame = back;
        }

        Assert.Equal(254, hops);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Reports_AreLimited()
    {
        TestSwitch net = CreateRouted();
        byte[] frame = net.ToRouter(A).Udp("10.0.0.1", "10.1.0.5", 20).Hops(1).Build();
        for (int i = 0; i < 1000; i++)
        {
            net.Send(A, frame);
        }

        Assert.Equal(50, net.Receive(A).Count);
        net.Advance(TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < 1000; i++)
        {
            net.Send(A, frame);
        }

        Assert.InRange(net.Receive(A).Count, 19, 20);
        Assert.Equal(2000, net.Ports[A].Counters.Drops(DropReason.HopLimitExceeded));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void NoReport_AboutReportsGroupsFragmentsOrNobodys()
    {
        TestSwitch net = CreateRouted();
        byte[][] frames =
        [
            net.ToRouter(A).Icmp("10.0.0.1", "10.1.0.5", 3, 1, new byte[32]).Hops(1).Build(),
            net.ToRouter(A).Icmp("10.0.0.1", "10.7.0.5", 11, 0, new byte[32]).Build(),
            net.ToRouter(A).Icmp("10.0.0.1", "10.7.0.5", 5, 0, new byte[32]).Build(),
            net.ToRouter(A).Icmp("10.0.0.1", "10.7.0.5", 99, 0, new byte[32]).Build(),
            net.ToRouter(A).Icmp("fd00::1", "fd01::5", 1, 0, new byte[32]).Hops(1).Build(),
            net.ToRouter(A).Icmp("fd00::1", "fd07::5", 3, 0, new byte[32]).Build(),
            net.ToRouter(A).Icmp("fd00::1", "fd07::5", 1, 0, new byte[32]).Extensions(0, 60).Build(),
            net.ToRouter(A).Icmp("fd00::1", "fd07::5", 1, 0, new byte[32]).Extensions(44).Build(),
            net.ToRouter(A).Udp("10.0.0.1", "10.1.0.5", 64).FragmentWord(8).Hops(1).Build(),
            net.ToRouter(A).Udp("10.0.0.1", "10.7.0.5", 64).FragmentWord(0x2008).Build(),
            net.ToRouter(A).Udp("10.0.0.1", "224.0.0.5", 64).Hops(1).Build(),
            net.ToRouter(A).Udp("255.255.255.255", "10.7.0.5", 64).Hops(1).Build(),
        ];
        foreach (byte[] frame in frames)
        {
            net.Send(A, frame);
        }

        Assert.Empty(net.Receivers());
        Assert.Equal(frames.Length, net.Ports[A].Counters.TotalDrops());
        Assert.Equal(0, net.Unaccounted());
    }
}
