using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Fault 10: messages of ARP and neighbour discovery that contradict themselves.</summary>
public sealed class BadDiscoveryTests
{
    public static readonly TheoryData<byte[]> Options = new()
    {
        new byte[] { 1, 0, 2, 0, 0, 0, 0, 1 }, // length 0
        new byte[] { 1, 2, 2, 0, 0, 0, 0, 1 }, // past the end
        new byte[] { 1, 255, 2, 0, 0, 0, 0, 1 },
        new byte[] { 1 },
        new byte[] { 14, 1, 0, 0, 0, 0, 0, 0, 1, 0 },
        new byte[] { 1, 1, 1, 0, 0, 0, 0, 1 }, // a group
        new byte[] { 1, 1, 0, 0, 0, 0, 0, 0 },
    };

    [Theory]
    [Trait("Fault", "10")]
    [MemberData(nameof(Options))]
    public void Options_ThatMakeNoSense_AreHeardByNobody(byte[] options)
    {
        TestSwitch net = CreateRouted();
        byte[] target = TestAddresses.Octets("fd00::fe");
        net.Send(A, net.ToRouter(A).Discovery("fd00::1", "fd00::fe", [135, 0, 0, 0, 0, 0, 0, 0, .. target, .. options]).Build());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.BadNeighborMessage));
        Assert.Empty(net.Receivers());
        Assert.Null(net.Neighbor("fd00::1"));

        byte[] toAll = Frame(A, A).To("33:33:ff:00:00:fe").Discovery("fd00::1", "ff02::1:ff00:fe", [135, 0, 0, 0, 0, 0, 0, 0, .. target, .. options]).Build();
        net.Send(A, toAll);
        Assert.Equal(toAll, Assert.Single(net.Receive(B))); // not the switch's to judge; nobody is answered
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [Trait("Fault", "10")]
    [InlineData(0, 2)] // hardware type
    [InlineData(2, 0x86)] // protocol type
    [InlineData(4, 7)] // lengths
    [InlineData(5, 16)]
    [InlineData(7, 0)] // operation
    [InlineData(7, 9)]
    [InlineData(8, 1)] // the sender is a group
    [InlineData(14, 224)]
    public void ArpThatMakesNoSense_IsHeardByNobody(int at, byte value)
    {
        TestSwitch net = CreateRouted();
        byte[] toUs = net.ToRouter(A).Arp(1, Mac(A), "10.0.0.1", default, "10.0.0.254").Build();
        byte[] toAll = Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.254").Build();
        toUs[14 + at] = value;
        toAll[14 + at] = value;
        net.Send(A, toUs);
        net.Send(A, toAll);
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.BadNeighborMessage));
        Assert.Equal([B], net.Receivers());
        Assert.Null(net.Neighbor("10.0.0.1"));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "10")]
    public void CutAtEveryOctet_NothingFails()
    {
        TestSwitch net = CreateRouted();
        byte[][] whole =
        [
            net.ToRouter(A).Arp(1, Mac(A), "10.0.0.1", default, "10.0.0.254").Build(),
            Frame(A, A).Solicitation("fd00::1", "fd00::fe").Build(),
            net.ToRouter(A).Advertisement("fd00::1", "fd00::fe", "fd00::1", 0x60).Build(),
        ];
        foreach (byte[] frame in whole)
        {
            for (int length = 14; length < frame.Length; length++)
            {
                net.Send(A, frame[..length]);
                if (length > 54)
                {
                    byte[] consistent = frame[..length];
                    consistent[19] = (byte)(length - 54);
                    net.Send(A, consistent);
                }
            }
        }

        Assert.DoesNotContain(A, net.Receivers());
        Assert.Null(net.Neighbor("10.0.0.1"));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "39")]
    public void Solicitation_FromBehindARouter_IsHeardByNobody()
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Probe("fd00::1", "fd00::fe").Hops(254).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.BadNeighborMessage));
    }

    /// <summary>What the switch does about rogue routers so far: its own hosts' caches are theirs, but it believes none itself.</summary>
    [Fact]
    [Trait("Fault", "39")]
    public void RouterAdvertisementsAndRedirectsToTheSwitch_ChangeNothing()
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Discovery("fe80::bad", "fd00::fe", [134, 0, 0, 0, 64, 0, 7, 8, .. new byte[8]]).Build());
        net.Send(A, net.ToRouter(A).Discovery("fe80::bad", "fd00::fe", [137, 0, 0, 0, .. new byte[36]]).Build());
        Assert.Empty(net.Receivers());
        Assert.Null(net.Neighbor("fe80::bad"));
        net.Send(A, net.ToRouter(A).Udp("fd00::1", "2001:db8::1", 20).Build());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.NoRoute));
        Assert.Equal(0, net.Unaccounted());
    }
}
