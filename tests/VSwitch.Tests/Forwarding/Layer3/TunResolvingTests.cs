using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Packets from a TUN to a host that is not known yet: asking, waiting, giving up.</summary>
public sealed class TunResolvingTests
{
    [Fact]
    public void FirstPacket_AsksByArpInTheNameOfItsSource()
    {
        TestSwitch net = Create();
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        var expected = new ArpSeen(MacAddress.Broadcast, net.MacOf(T), 1, net.MacOf(T), "10.0.0.5", default, "10.0.0.1");
        Assert.Equal(expected, Assert.Single(net.Arps(A)));
        Assert.Equal(expected, Assert.Single(net.Arps(B)));
        Assert.Equal(NeighborState.Incomplete, net.StateOf("10.0.0.1"));
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1"));
        Assert.Empty(net.Receivers()); // once
    }

    [Fact]
    public void FirstPacket_AsksByNeighbourDiscovery()
    {
        TestSwitch net = Create();
        net.Send(T, IpPacket.Udp("fd00::5", "fd00::12:3456"));
        Assert.Equal(
            new DiscoverySeen(
                MacAddress.Parse("33:33:ff:12:34:56"), net.MacOf(T), "fd00::5", "ff02::1:ff12:3456", 135, 0, "fd00::12:3456", net.MacOf(T)),
            Assert.Single(net.Discoveries(A)));
    }

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.1")]
    [InlineData("fd00::5", "fd00::1")]
    public void Answer_ReleasesWhatWaitedInOrderAndBeforeWhatIsNewer(string from, string to)
    {
        TestSwitch net = Create();
        byte[][] packets = [.. Enumerable.Range(0, 5).Select(i => IpPacket.Udp(from, to, (byte)i))];
        Array.ForEach(packets[..4], p => net.Send(T, p)); // the fourth is one too many
        Assert.Equal(1, net.Ports[T].Counters.Drops(DropReason.NeighborUnresolved));
        net.Receivers();
        net.Stations[A].Send(Answer(net, from, to));
        net.Stations[T].Send(packets[4]);
        net.Switch.Run();
        byte[][] expected = [packets[0], packets[1], packets[2], packets[4]];
        Assert.Equal(expected.Select(p => Framed(net, p)), net.Receive(A));
        Assert.Empty(net.Receivers());
        Assert.Equal(NeighborState.Reachable, net.StateOf(to));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Answer_BehindPacketsOfItsBurst_KeepsTheOrder()
    {
        TestSwitch net = Create();
        int last = net.Plug(); // received from after the TUN
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.1", 0));
        net.Receivers();
        net.Stations[T].Send(IpPacket.Udp("10.0.0.5", "10.0.0.1", 1));
        net.Stations[last].Send(Answer(net, "10.0.0.5", "10.0.0.1"));
        net.Stations[T].Send(IpPacket.Udp("10.0.0.5", "10.0.0.1", 2));
        net.Switch.Run();
        Assert.Equal([0, 1, 2], net.Receive(last).Select(f => (int)f[^1]));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void SuperPacket_WaitsAndIsReleasedWhole()
    {
        var net = new TestSwitch(1, offloads: OffloadKinds.All);
        int tun = net.PlugTun(new PortOptions(), offloads: OffloadKinds.All);
        SuperFrame frame = SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, payload: 60_000, gsoSize: 1400);
        net.Send(tun, frame.AsPacket().Octets, frame.AsPacket().Offload);
        net.Receivers();
        net.Send(0, net.ToTun(0, tun).ArpReply("10.9.0.2", "10.9.0.1").Build());
        (byte[] octets, OffloadInfo offload) = Assert.Single(net.Stations[0].ReceiveWithOffload());
        Assert.Equal(frame.Octets[12..], octets[12..]);
        Assert.Equal(frame.Offload, offload);
    }

    [Fact]
    public void NoAnswer_IsAskedThreeTimesAndGivenUp()
    {
        TestSwitch net = Create();
        byte[] packet = IpPacket.Udp("10.0.0.5", "10.0.0.1", 9);
        net.Send(T, packet);
        net.Wait(1);
        net.Wait(1);
        Assert.Equal(3, net.Arps(A).Count);
        Assert.Equal(1, net.Unaccounted()); // it still waits
        Assert.Empty(net.Receive(T));
        net.Wait(1);
        Assert.Empty(net.Arps(A));
        Assert.Equal(1, net.Switch.GetTotals().Drops(DropReason.NeighborUnresolved));
        Assert.Equal(NeighborState.None, net.StateOf("10.0.0.1"));
        net.Icmp(T).AssertSays("192.0.0.8", "10.0.0.5", 3, 1, packet);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void NoAnswerToNeighbourDiscovery_IsReportedFromTheLinkLocalAddress()
    {
        TestSwitch net = Create();
        byte[] packet = IpPacket.Udp("fd00::5", "fd00::1", 9);
        net.Send(T, packet);
        net.Wait(3);
        IcmpSeen report = net.Icmp(T);
        Assert.StartsWith("fe80::", report.Source);
        report.AssertSays(report.Source, "fd00::5", 1, 3, packet);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void ManyNeighbours_HaveHalfOfThePlacesAtMostForTheirPackets()
    {
        TestSwitch net = Create();
        for (int i = 0; i < 100; i++)
        {
            for (byte k = 0; k < 3; k++)
            {
                net.Send(T, IpPacket.Udp("10.0.0.5", $"10.0.0.{100 + i}", k));
            }
        }

        Assert.Equal(128, net.Unaccounted());
        Assert.Equal(172, net.Ports[T].Counters.Drops(DropReason.NeighborUnresolved));
        net.Wait(3);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void GivenUp_InBurstsOfOne_IsReportedAllTheSame()
    {
        TestSwitch net = Create(new SwitchOptions { BurstFrames = 1 });
        byte[][] packets = [.. Enumerable.Range(0, 3).Select(i => IpPacket.Udp("10.0.0.5", "10.0.0.1", (byte)i))];
        Array.ForEach(packets, p => net.Send(T, p));
        net.Wait(3);
        List<byte[]> reports = net.Receive(T);
        Assert.Equal(3, reports.Count);
        for (int i = 0; i < 3; i++)
        {
            IcmpSeen.Of(reports[i]).AssertSays("192.0.0.8", "10.0.0.5", 3, 1, packets[i]);
        }

        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void HostThatSpeaksFromAnotherTun_GetsWhatWaitedForIt()
    {
        var net = new TestSwitch(1);
        int from = net.PlugTun("10.0.0.5/24");
        int to = net.PlugTun(); // its addresses are learned
        byte[] packet = IpPacket.Udp("10.0.0.5", "10.0.0.9", 1);
        net.Send(from, packet);
        net.Receivers();
        net.Send(to, IpPacket.Udp("10.0.0.9", "224.0.0.1"));
        Assert.Equal(packet, Assert.Single(net.Receive(to)));
        net.Wait(5);
        Assert.Equal(0, net.Switch.GetTotals().Drops(DropReason.NeighborUnresolved));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void PacketLongerThanAnyFrame_IsNotHeld()
    {
        TestSwitch net = Create();
        byte[] packet = new byte[FrameBatch.MaxFrameLength];
        IpPacket.Udp("10.0.0.5", "10.0.0.1").CopyTo(packet, 0);
        for (int i = 0; i < 3; i++)
        {
            net.Send(T, packet);
        }

        net.Send(A, Answer(net, "10.0.0.5", "10.0.0.1"));
        net.Receivers();
        Assert.Equal(0, net.Unaccounted());
    }

    private static byte[] Answer(TestSwitch net, string asker, string host) => host.Contains(':', StringComparison.Ordinal)
        ? net.ToTun(A, T).Advertisement(host, asker, host, 0x60).Build()
        : net.ToTun(A, T).ArpReply(host, asker).Build();

    private static byte[] Framed(TestSwitch net, byte[] packet) =>
        new FrameBuilder().From(net.MacOf(T)).To(Mac(A)).Type(packet[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6).Payload(packet).Build();
}
