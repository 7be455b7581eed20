using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Splitting;
using VSwitch.Devices.Streaming;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Tests.Devices.Joining;
using VSwitch.Wire;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>What a device can't take over is finished on the way to it, with Ethernet headers and without.</summary>
public sealed class FinishingTests
{
    private const GsoType Tcp4 = GsoType.TcpIPv4, Tcp6 = GsoType.TcpIPv6, Udp = GsoType.UdpSegmentation;

    private static readonly DeviceCapabilities s_all = new() { BatchSize = 64, ReceiveOffloads = OffloadKinds.All, SendOffloads = OffloadKinds.All };

    public static TheoryData<LinkLayer, GsoType, bool> Kinds => new(
        from layer in new[] { LinkLayer.Ethernet, LinkLayer.Ip }
        from kind in new[] { (Tcp4, true), (Tcp6, false), (Udp, true), (Udp, false) }
        select (layer, kind.Item1, kind.Item2));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Clause", "J3")]
    public async Task Joiner_OneDeviceWithoutOffloads_GetsSegmentsAndFinishedChecksums(LinkLayer layer, GsoType type, bool isIPv4)
    {
        await using var net = new JoinerNet(devices: 1, linkLayer: layer);
        Assert.Equal(OffloadKinds.All, net.Joiner.Capabilities.SendOffloads);
        SuperFrame super = Make(layer, type, isIPv4, 4_000, 1_000);
        SuperFrame unfinished = Make(layer, type, isIPv4, 100, 0);
        Assert.Equal(3, net.Send(unfinished, super, unfinished));
        List<(byte[] Octets, OffloadInfo Offload)> received = net.Devices[0].Far.ReceiveWithOffload();
        Assert.Equal([.. Cut(unfinished, layer), .. Cut(super, layer), .. Cut(unfinished, layer)], received.Select(r => r.Octets));
        Assert.All(received, r => Assert.Equal(default, r.Offload));
        Assert.Equal((3, 6), (net.Joiner.Counters.Replicated, net.Joiner.Counters.SentFrames));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Joiner_SeveralDevices_EachGetsWhatItCanTake(LinkLayer layer, GsoType type, bool isIPv4)
    {
        await using var net = new JoinerNet(devices: 1, linkLayer: layer);
        TestDevice able = net.Make(capabilities: s_all);
        TestDevice sums = net.Make(capabilities: new() { SendOffloads = OffloadKinds.Checksum });
        net.Joiner.AttachSecondary(able);
        net.Joiner.AttachSecondary(sums);
        net.Devices.AddRange([able, sums]);
        SuperFrame[] to = [.. Enumerable.Range(0, 3).Select(i => Make(layer, type, isIPv4, 4_000, 1_000, station: i + 1))];
        for (int i = 1; i < 3; i++)
        {
            net.Devices[i].Far.Send(Answer(to[i], layer));
            await net.Receive(1);
        }

        Assert.Equal(3, net.Send(to));
        Assert.Equal(Cut(to[0], layer), net.Devices[0].Far.Receive());
        Assert.Equal(to[1].Octets, Assert.Single(able.Far.Receive()));
        List<(byte[] Octets, OffloadInfo Offload)> halfway = sums.Far.ReceiveWithOffload();
        Assert.Equal(Cut(to[2], layer), halfway.Select(h => Assert.Single(Cut(new(h.Octets, h.Offload), layer))));
        Assert.All(halfway, h => Assert.Equal(OffloadKinds.Checksum, h.Offload.Kinds));
        Assert.Equal(0, net.Joiner.Counters.TotalDrops());
    }

    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.Ip)]
    public async Task Joiner_DescriptionThatLies_IsTakenOffThePacket(LinkLayer layer)
    {
        await using var net = new JoinerNet(devices: 1, linkLayer: layer);
        SuperFrame lie = Make(layer, Tcp4, true, 100, 0).With(o => o with { CsumStart = 60_000 });
        Assert.Equal(1, net.Send(lie));
        (byte[] octets, OffloadInfo offload) = Assert.Single(net.Devices[0].Far.ReceiveWithOffload());
        Assert.Equal(lie.Octets, octets);
        Assert.Equal(default, offload);
    }

    // The MTU is that of the packet: 14 octets of an Ethernet header come on top, and nothing on top of bare IP.
    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.Ip)]
    public async Task Mtu_IsComparedWithTheLongestSegment(LinkLayer layer)
    {
        await using var net = new JoinerNet(devices: 1, linkLayer: layer);
        Assert.Equal(1, net.Send(Make(layer, Tcp4, true, 4_000, 1_460)));
        Assert.Equal(3, net.Devices[0].Far.Receive().Count);
        Assert.Equal(0, net.Send(Make(layer, Tcp4, true, 4_000, 1_461)));
        Assert.Equal(DropReason.Oversize, net.Refusal);
        Assert.Equal(1, net.Send(Make(layer, Udp, true, 1_472, 0)));
        Assert.Equal(0, net.Send(Make(layer, Udp, true, 1_473, 0)));
        Assert.Equal(DropReason.Oversize, net.Refusal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Clause", "C1")]
    public async Task PacketCopy_ToADeviceWithoutOffloads_Cuts(LinkLayer layer, GsoType type, bool isIPv4)
    {
        var from = new TestDevice("from", layer, s_all);
        var to = new TestDevice("to", layer);
        var counters = new TrafficCounters();
        Task copy = PacketCopy.RunAsync(from, to, counters, Stop);
        SuperFrame super = Make(layer, type, isIPv4, 4_000, 1_000);
        from.Far.Send(super.Octets, super.Offload);
        Assert.Equal(Cut(super, layer), (await to.Far.Device.ReceiveAsync(4)));
        SuperFrame lie = super.With(o => o with { CsumStart = 60_000 });
        from.Far.Send(lie.Octets, lie.Offload);
        await Until(() => counters.Drops(DropReason.BadOffload) == 1, "a lie is dropped");
        await from.DisposeAsync();
        await copy.Within();
        Assert.Equal((2, 3, 4), (counters.ReceivedFrames, counters.Replicated, counters.SentFrames));
    }

    [Fact]
    [Trait("Clause", "F1")]
    public async Task Forwarder_BareIp_Cuts()
    {
        await using var forwarder = new Forwarder();
        var from = new TestDevice("from", LinkLayer.Ip, s_all);
        var to = new TestDevice("to");
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        SuperFrame super = Make(LinkLayer.Ip, Tcp6, false, 4_000, 1_000);
        from.Far.Send(super.Octets, super.Offload);
        Assert.Equal(Cut(super, LinkLayer.Ip), (await to.Far.Device.ReceiveAsync(4)));
    }

    [Fact]
    [Trait("Clause", "I1")]
    public async Task PacketStream_BareIp_ReadsFinishedPackets()
    {
        var device = new TestDevice("device", LinkLayer.Ip, s_all);
        await using var stream = new PacketStream(device);
        SuperFrame super = Make(LinkLayer.Ip, Tcp4, true, 4_000, 1_000);
        device.Far.Send(super.Octets, super.Offload);
        byte[] buffer = new byte[2_000];
        foreach (byte[] segment in Cut(super, LinkLayer.Ip))
        {
            int length = await stream.ReadAsync(buffer, Stop);
            Assert.Equal(segment, buffer[..length]);
        }
    }

    // Both ways through a splitter: super-frames pass it whole, and who carries them on cuts them.
    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.Ip)]
    [Trait("Clause", "S4")]
    public async Task Splitter_SuperFramesPassWholeAndAreCutBehindIt(LinkLayer layer)
    {
        SuperFrame super = Make(layer, Tcp4, true, 4_000, 1_000);

        await using var splitter = new Splitter(new SplitterOptions { LinkLayer = layer });
        var backend = new TestDevice("backend", layer, s_all);
        await splitter.AttachAsync(backend);
        var plain = new TestDevice("plain", layer);
        Task copy = PacketCopy.RunAsync(splitter.Get(1), plain, Stop);
        backend.Far.Send(super.Octets, super.Offload);
        Assert.Equal(Cut(super, layer), (await plain.Far.Device.ReceiveAsync(4)));
        await plain.DisposeAsync();
        await copy.Within();

        var plainBackend = new TestDevice("plain backend", layer);
        await splitter.AttachAsync(plainBackend);
        var able = new TestDevice("able", layer, s_all);
        copy = PacketCopy.RunAsync(able, splitter.Get(1), Stop);
        able.Far.Send(super.Octets, super.Offload);
        Assert.Equal(Cut(super, layer), (await plainBackend.Far.Device.ReceiveAsync(4)));
        await able.DisposeAsync();
        await copy.Within();
    }

    private static SuperFrame Make(LinkLayer layer, GsoType type, bool isIPv4, int payload, int gsoSize, int station = 1)
    {
        SuperFrame frame = SuperFrame.Create(type, isIPv4, payload, gsoSize)
            .Changed(f => (f[5], f[isIPv4 ? 33 : 53]) = ((byte)(0x10 + station), (byte)(0x10 + station))); // the destinations of both layers
        return layer == LinkLayer.Ethernet ? frame : frame.AsPacket();
    }

    /// <summary>A short frame from the station that a frame is for.</summary>
    private static byte[] Answer(SuperFrame to, LinkLayer layer)
    {
        byte[] octets = [.. to.Octets.AsSpan(0, 100)];
        int l3 = layer == LinkLayer.Ethernet ? EthernetHeader.Length : 0;
        if (l3 > 0)
        {
            (octets[5], octets[11]) = (octets[11], octets[5]);
        }

        int last = l3 + (octets[l3] >> 4 == 4 ? 15 : 23);
        int size = octets[l3] >> 4 == 4 ? 4 : 16;
        (octets[last], octets[last + size]) = (octets[last + size], octets[last]);
        return octets;
    }

    private static List<byte[]> Cut(SuperFrame frame, LinkLayer layer) => Cutting.Cut(frame, linkLayer: layer);
}
