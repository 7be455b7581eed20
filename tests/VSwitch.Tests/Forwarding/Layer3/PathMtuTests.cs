using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Packets that are longer than their egress takes: reports and fragments.</summary>
public sealed class PathMtuTests
{
    private const int Small = 4; // a TUN whose MTU is 1280
    private const int Routed = 5; // likewise, in another network

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.7", 3, 4, "10.0.0.254")]
    [InlineData("fd00::1", "fd00::7", 2, 0, "fd00::fe")]
    public void TapToTun_InOneNetwork_IsReported(string from, string to, int type, int code, string gateway)
    {
        TestSwitch net = Net();
        net.Send(A, net.ToTun(A, Small).Udp(from, to, 1300).Build());
        net.Icmp(A).AssertSays(gateway, from, type, code, Udp(from, to, 1300).BuildPacket(), 1280);
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(DropReason.PacketTooBig));
        net.Send(A, net.ToTun(A, Small).Udp(from, to, 1200).Build());
        Assert.Equal([Small], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.1.0.7", 3, 4, "10.0.0.254")]
    [InlineData("fd00::1", "fd01::7", 2, 0, "fd00::fe")]
    public void TapToTun_Routed_IsReportedWithItsHopsAsTheyCame(string from, string to, int type, int code, string gateway)
    {
        TestSwitch net = Net();
        net.Send(A, net.ToRouter(A).Udp(from, to, 1300).Build());
        net.Icmp(A).AssertSays(gateway, from, type, code, Udp(from, to, 1300).BuildPacket(), 1280);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TunToTun_WithoutAGateway_IsReportedFromTheDummyAddress()
    {
        TestSwitch net = Create();
        net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.7/24")] }, mtu: 1280);
        net.Send(T, Udp("10.0.0.5", "10.0.0.7", 1300).BuildPacket());
        net.Icmp(T).AssertSays("192.0.0.8", "10.0.0.5", 3, 4, Udp("10.0.0.5", "10.0.0.7", 1300).BuildPacket(), 1280);
    }

    [Fact]
    public void TooLongForATap_IsReportedToo()
    {
        TestSwitch net = Create();
        int tap = net.Plug(mtu: 1400);
        net.Announce(tap, "10.0.0.9");
        net.Send(T, Udp("10.0.0.5", "10.0.0.9", 1400).BuildPacket());
        net.Icmp(T).AssertSays("192.0.0.8", "10.0.0.5", 3, 4, Udp("10.0.0.5", "10.0.0.9", 1400).BuildPacket(), 1400);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void SuperPacket_IsMeasuredByItsSegments()
    {
        TestSwitch net = Create();
        int from = net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.9.0.1/24")] }, offloads: OffloadKinds.All);
        int to = net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.9.0.2/24")] }, mtu: 1280);
        SuperFrame fits = SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, 30_000, 1240).AsPacket();
        net.Send(from, fits.Octets, fits.Offload);
        Assert.Equal(Cutting.Cut(fits, linkLayer: LinkLayer.Ip), net.Receive(to));
        SuperFrame tooLong = SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, 30_000, 1241).AsPacket();
        net.Send(from, tooLong.Octets, tooLong.Offload);
        net.Icmp(from).AssertSays("192.0.0.8", "10.9.0.1", 3, 4, tooLong.Octets, 1280);
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void WhatHasWaited_IsMeasuredWhenItGoes()
    {
        TestSwitch net = Create();
        int tap = net.Plug(mtu: 1400);
        byte[] packet = Udp("10.0.0.5", "10.0.0.9", 1400).BuildPacket();
        net.Send(T, packet);
        net.Send(T, Udp("10.0.0.5", "10.0.0.9", 1400).FragmentWord(0).BuildPacket());
        net.Receivers();
        net.Send(tap, new FrameBuilder().From(Mac(tap)).To(net.MacOf(T)).ArpReply("10.0.0.9", "10.0.0.5").Build());
        net.Icmp(T).AssertSays("192.0.0.8", "10.0.0.5", 3, 4, packet, 1400);
        Assert.Equal(2, net.Receive(tap).Count); // two fragments
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.7", 64)]
    [InlineData("10.0.0.1", "10.1.0.7", 63)]
    public void WithoutDontFragment_IsCut(string from, string to, byte hops)
    {
        TestSwitch net = Net();
        FrameBuilder frame = to.StartsWith("10.0", StringComparison.Ordinal) ? net.ToTun(A, Small) : net.ToRouter(A);
        net.Send(A, frame.Udp(from, to, 1400).FragmentWord(0).Build());
        List<byte[]> fragments = net.Receive(hops == 64 ? Small : Routed);
        byte[] whole = Udp(from, to, 1400).FragmentWord(0).Hops(hops).BuildPacket();
        Assert.Equal(2, fragments.Count);
        Assert.All(fragments, f => Assert.InRange(f.Length, 20, 1280));
        Assert.All(fragments, f => Assert.Equal(hops, f[8]));
        Assert.Equal(whole[20..], fragments.SelectMany(f => f[20..]));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void WithoutDontFragment_AnUnfinishedChecksumIsFinishedFirst()
    {
        TestSwitch net = Net();
        int tap = net.Plug(OffloadKinds.All);
        FrameBuilder builder = new FrameBuilder().From(Mac(tap)).To(net.MacOf(Small)).Udp("10.0.0.9", "10.0.0.7", 1400, finishChecksum: false).FragmentWord(0);
        net.Send(tap, builder.Build(), builder.Offload(GsoType.None, 0));
        List<byte[]> fragments = net.Receive(Small);
        Assert.Equal(Udp("10.0.0.9", "10.0.0.7", 1400).BuildPacket()[20..], fragments.SelectMany(f => f[20..]));
    }

    [Theory]
    [InlineData(10)] // smaller than any link may be
    [InlineData(67)]
    public void EgressWithAnImpossibleMtu_DropsAndNothingElse(int mtu)
    {
        TestSwitch net = Create();
        int tun = net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.7/24")] }, mtu: mtu);
        net.Send(T, Udp("10.0.0.5", "10.0.0.7", 200).FragmentWord(0).BuildPacket());
        net.Send(A, net.ToTun(A, tun).Udp("10.0.0.1", "10.0.0.7", 200).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(2, net.Ports[tun].Counters.Drops(DropReason.Oversize));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public async Task EgressThatIsClosed_IsDown()
    {
        TestSwitch net = Create();
        await net.Ports[U].Device.DisposeAsync();
        net.Switch.Advance();
        net.Send(T, Udp("10.0.0.5", "10.0.0.6", 200).FragmentWord(0).BuildPacket());
        net.Send(A, net.ToTun(A, U).Udp("10.0.0.1", "10.0.0.6", 200).FragmentWord(0).Build());
        Assert.Equal(2, net.Switch.GetTotals().Drops(DropReason.LinkDown));
        Assert.Empty(net.Receive(T));
        Assert.Equal(0, net.Unaccounted());
    }

    /// <summary>A routed network with 10.0.0.7 and fd00::7, and one with 10.1.0.7 and fd01::7, behind TUNs of a small MTU.</summary>
    private static TestSwitch Net()
    {
        TestSwitch net = Create();
        net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.7/24"), IpPrefix.Parse("fd00::7/64")] }, mtu: 1280);
        net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.1.0.7/24"), IpPrefix.Parse("fd01::7/64")] }, mtu: 1280);
        foreach (string gateway in new[] { "10.0.0.254/24", "fd00::fe/64", "10.1.0.254/24", "fd01::fe/64" })
        {
            net.Switch.AddGateway(IpPrefix.Parse(gateway));
        }

        return net;
    }
}
