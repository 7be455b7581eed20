using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Super-frames and unfinished checksums between TAPs and TUNs, with and without offloads.</summary>
public sealed class TunOffloadTests
{
    public static readonly TheoryData<GsoType, bool, int, int> SuperFrames = new()
    {
        { GsoType.TcpIPv4, true, 60_000, 1400 },
        { GsoType.TcpIPv6, false, 60_000, 1400 },
        { GsoType.UdpSegmentation, true, 20_000, 1200 },
        { GsoType.UdpSegmentation, false, 20_000, 1200 },
        { GsoType.TcpIPv4, true, 700, 0 }, // its checksum alone
        { GsoType.UdpSegmentation, false, 700, 0 },
    };

    [Theory]
    [MemberData(nameof(SuperFrames))]
    public void TunToTap_BothWithOffloads_CrossesWhole(GsoType type, bool isIPv4, int payload, int gsoSize)
    {
        TestSwitch net = Net(OffloadKinds.All, OffloadKinds.All);
        SuperFrame frame = SuperFrame.Create(type, isIPv4, payload, gsoSize);
        SuperFrame packet = frame.AsPacket();
        net.Send(1, packet.Octets, packet.Offload);
        (byte[] octets, OffloadInfo offload) = Assert.Single(net.Stations[0].ReceiveWithOffload());
        Assert.Equal(frame.Octets[12..], octets[12..]);
        Assert.Equal(TestSwitch.Mac(0), MacAddress.Read(octets));
        Assert.Equal(Validated(frame), offload);
    }

    [Theory]
    [MemberData(nameof(SuperFrames))]
    public void TapToTun_BothWithOffloads_CrossesWhole(GsoType type, bool isIPv4, int payload, int gsoSize)
    {
        TestSwitch net = Net(OffloadKinds.All, OffloadKinds.All);
        SuperFrame frame = ToTun(net, SuperFrame.Create(type, isIPv4, payload, gsoSize));
        net.Send(0, frame.Octets, frame.Offload);
        (byte[] octets, OffloadInfo offload) = Assert.Single(net.Stations[1].ReceiveWithOffload());
        Assert.Equal(frame.Octets[14..], octets);
        OffloadInfo expected = Validated(frame);
        Assert.True(expected.TryMove(-14));
        Assert.Equal(expected, offload);
    }

    [Fact]
    public void TapToTun_PriorityTagged_MovesTheOffsetsByTheTagToo()
    {
        TestSwitch net = Net(OffloadKinds.All, OffloadKinds.All);
        SuperFrame frame = ToTun(net, SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, 60_000, 1400, default, 0));
        net.Send(0, frame.Octets, frame.Offload);
        (byte[] octets, OffloadInfo offload) = Assert.Single(net.Stations[1].ReceiveWithOffload());
        Assert.Equal(frame.Octets[18..], octets);
        Assert.Equal((20, 40), (offload.CsumStart, offload.HdrLen));
    }

    [Theory]
    [MemberData(nameof(SuperFrames))]
    public void TapToTun_WithoutOffloads_IsCutAndFinished(GsoType type, bool isIPv4, int payload, int gsoSize)
    {
        TestSwitch net = Net(OffloadKinds.All, OffloadKinds.None);
        SuperFrame frame = ToTun(net, SuperFrame.Create(type, isIPv4, payload, gsoSize));
        net.Send(0, frame.Octets, frame.Offload);
        SuperFrame packet = frame.AsPacket();
        Assert.Equal(Cutting.Cut(packet, linkLayer: LinkLayer.Ip), net.Receive(1));
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [MemberData(nameof(SuperFrames))]
    public void TunToTap_WithoutOffloads_IsCutAndFinished(GsoType type, bool isIPv4, int payload, int gsoSize)
    {
        TestSwitch net = Net(OffloadKinds.None, OffloadKinds.All);
        SuperFrame frame = SuperFrame.Create(type, isIPv4, payload, gsoSize);
        net.Send(1, frame.AsPacket().Octets, frame.AsPacket().Offload);
        List<byte[]> frames = net.Receive(0);
        Assert.Equal(Cutting.Cut(frame).Select(f => f[14..]), frames.Select(f => f[14..]));
        Assert.All(frames, f => Assert.True(NaiveChecksums.AreRight(f)));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void TapToTun_PaddingBehindAnUnfinishedChecksum_IsLeftOut()
    {
        TestSwitch net = Net(OffloadKinds.All, OffloadKinds.None);
        SuperFrame frame = ToTun(net, SuperFrame.Create(GsoType.UdpSegmentation, isIPv4: true, 3, 0));
        net.Send(0, [.. frame.Octets, 1, 2, 3, 4], frame.Offload);
        Assert.True(NaiveChecksums.AreRight([.. new byte[14], .. Assert.Single(net.Receive(1))]));
    }

    [Theory]
    [InlineData(OffloadKinds.None)]
    [InlineData(OffloadKinds.All)]
    public void Group_FinishedForATun_IsNotFinishedAgainForTheTapBehind(OffloadKinds offloads)
    {
        var net = new TestSwitch(1, offloads: OffloadKinds.All);
        net.PlugTun(new PortOptions());
        net.Plug(offloads);
        FrameBuilder builder = TestSwitch.Frame(0, 0).To("01:00:5e:00:00:fb").Udp("10.9.0.1", "224.0.0.251", 100, finishChecksum: false);
        net.Send(0, builder.Build(), builder.Offload(GsoType.None, 0));
        Assert.True(NaiveChecksums.AreRight([.. new byte[14], .. Assert.Single(net.Receive(1))]));
        (byte[] octets, OffloadInfo offload) = Assert.Single(net.Stations[2].ReceiveWithOffload());
        Assert.True(NaiveChecksums.AreRight(Finished(octets, offload)));
    }

    /// <summary>The offload description is true of the frame, and not of the packet, which says that it is shorter.</summary>
    [Theory]
    [InlineData(GsoType.TcpIPv4, 4000, 1000)]
    [InlineData(GsoType.UdpSegmentation, 700, 0)]
    public void TapToTun_PacketThatEndsBeforeItsChecksum_IsDropped(GsoType type, int payload, int gsoSize)
    {
        foreach (OffloadKinds offloads in new[] { OffloadKinds.None, OffloadKinds.All })
        {
            for (int length = 20; length < 60; length++)
            {
                TestSwitch net = Net(OffloadKinds.All, offloads);
                SuperFrame frame = ToTun(net, SuperFrame.Create(type, isIPv4: true, payload, gsoSize));
                byte[] packet = new FrameBuilder().Type(EtherType.IPv4).Payload(frame.Octets[14..]).Header(p => (p[2], p[3]) = (0, (byte)length)).BuildPacket();
                net.Send(0, [.. frame.Octets[..14], .. packet], frame.Offload);
                Assert.All(net.Stations[1].ReceiveWithOffload(), f => Assert.True(f.Offload.IsNone || f.Offload.TryValidate(f.Octets, LinkLayer.Ip)));
                Assert.Equal(0, net.Unaccounted());
            }
        }
    }

    /// <summary>In front of a tag there is room for an IP header in front of the checksum's start; without it there is not.</summary>
    [Fact]
    public void TapToTun_PriorityTaggedWithAChecksumInsideTheIpHeader_IsDropped()
    {
        TestSwitch net = Net(OffloadKinds.All, OffloadKinds.All);
        SuperFrame frame = ToTun(net, SuperFrame.Create(GsoType.UdpSegmentation, isIPv4: true, 100, 0, default, 0));
        net.Send(0, frame.Octets, frame.Offload with { CsumStart = 34 });
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[1].Counters.Drops(DropReason.BadOffload));
        Assert.Equal(0, net.Unaccounted());
    }

    /// <summary>The TAP's host is 10.9.0.2, those of both families behind the TUN are learned.</summary>
    private static TestSwitch Net(OffloadKinds tap, OffloadKinds tun)
    {
        var net = new TestSwitch(1, offloads: tap);
        net.PlugTun(new PortOptions(), offloads: tun);
        net.Announce(0, "10.9.0.2");
        net.Announce(0, "fd00:9::2");
        return net;
    }

    private static SuperFrame ToTun(TestSwitch net, SuperFrame frame) => frame.Changed(f => net.MacOf(1).Write(f));

    private static OffloadInfo Validated(SuperFrame frame)
    {
        OffloadInfo offload = frame.Offload;
        Assert.True(offload.TryValidate(frame.Octets));
        return offload;
    }

    private static byte[] Finished(byte[] octets, OffloadInfo offload)
    {
        var batch = new FrameBatch(1);
        batch.TryAppend(octets, offload);
        ChecksumCompletion.Complete(batch, 0);
        return batch.Octets(0).ToArray();
    }
}
