using PacketDotNet;
using SharpPcap;
using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.PacketDotNet.Ports;
using VSwitch.TestKit;

namespace VSwitch.PacketDotNet.Tests.Ports;

/// <summary>What SharpPcap may do to a port, done by a device that is played: no root, no libpcap.</summary>
public sealed class SharpPcapDeviceTests
{
    private static readonly byte[] s_frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20).Build();

    [Theory]
    [InlineData(true, "a bug of somebody else")]
    [InlineData(false, "the interface is gone")]
    public async Task TryReceive_DeviceThatFails_GoesDownClosesAndSaysWhy(bool throws, string cause)
    {
        using var isReceived = new ManualResetEventSlim();
        var played = new PlayedDevice([s_frame], () =>
        {
            isReceived.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            return throws ? throw new InvalidOperationException(cause) : GetPacketStatus.Error;
        });
        await using SharpPcapDevice device = SharpPcapDevice.Open(played);
        Assert.Equal(s_frame, await ReceiveOne(device));
        isReceived.Set();
        Assert.Equal(cause, await device.Ended.Soon());
        Assert.Equal([DeviceEvent.Up, DeviceEvent.Down], Events(device));
        Assert.True(device.Events.Completion.IsCompleted); // closed, for a host to see
        Assert.Throws<ReceiveOnClosedException>(() => device.TryReceive(new FrameBatch()));
        Assert.Throws<SendOnClosedException>(() => device.TrySend(new FrameBatch(), []));
    }

    [Fact]
    public async Task TryReceive_Timeouts_GiveNoFrameAgain()
    {
        int timeouts = 0;
        await using SharpPcapDevice device = SharpPcapDevice.Open(new PlayedDevice([s_frame], () => ++timeouts < 1000 ? GetPacketStatus.ReadTimeout : GetPacketStatus.NoRemainingPackets));
        Assert.Equal(s_frame, await ReceiveOne(device));
        Assert.Null(await device.Ended.Soon());
        Assert.Equal(0, device.TryReceive(new FrameBatch()));
        Assert.Equal(1, device.Counters.Received);
        Assert.Equal([DeviceEvent.Up], Events(device)); // the end is no failure
    }

    [Fact]
    public async Task TryReceive_FullQueue_IsCountedFrameByFrame()
    {
        byte[] big = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 1400).Build();
        const int Frames = 5000;
        var options = new SharpPcapOptions { QueueOctets = 1 };
        await using SharpPcapDevice device = SharpPcapDevice.Open(new PlayedDevice(Enumerable.Repeat(big, Frames), () => GetPacketStatus.NoRemainingPackets), options);
        Assert.True(await device.WaitToReceiveAsync(TestContext.Current.CancellationToken).Soon());
        await device.Ended.Soon();
        SharpPcapCounters counters = device.Counters;
        Assert.InRange(counters.Received, 1, Frames / 2);
        Assert.Equal(Frames, counters.Received + counters.Overflowed);
        Assert.Equal(counters.Received, ReceiveAll(device).Count);
    }

    [Fact]
    public async Task TryReceive_FramesThatAreCutOrLongerThanAny_AreCounted()
    {
        await using SharpPcapDevice cut = SharpPcapDevice.Open(new PlayedDevice([s_frame], () => GetPacketStatus.NoRemainingPackets) { OriginalLength = 1500 });
        Assert.Equal(0, cut.TryReceive(new FrameBatch()));
        await cut.Ended.Soon();
        Assert.Equal(new SharpPcapCounters { Cut = 1 }, cut.Counters);

        await using SharpPcapDevice all = SharpPcapDevice.Open(new PlayedDevice([s_frame], () => GetPacketStatus.NoRemainingPackets) { OriginalLength = 1500 }, new SharpPcapOptions { TakeCut = true });
        Assert.Equal(s_frame, await ReceiveOne(all));

        await using SharpPcapDevice device = SharpPcapDevice.Open(new PlayedDevice([new byte[FrameBatch.MaxFrameLength + 1], s_frame], () => GetPacketStatus.NoRemainingPackets));
        Assert.Equal(s_frame, await ReceiveOne(device));
        Assert.Equal(new SharpPcapCounters { Received = 1, TooLong = 1 }, device.Counters);
    }

    [Fact]
    public async Task TrySend_FrameThatIsRefused_IsCountedAndTheNextGoes()
    {
        var played = new PlayedDevice([], () => GetPacketStatus.NoRemainingPackets);
        await using SharpPcapDevice device = SharpPcapDevice.Open(played);
        var batch = new FrameBatch();
        batch.TryAppend(new byte[1200]);
        batch.TryAppend(s_frame);
        Assert.Equal(2, device.TrySend(batch, [0, 1]));
        await Waiting.Until(() => device.Counters.Sent == 1, "the second is sent");
        Assert.Equal(new SharpPcapCounters { Sent = 1, SendFailed = 1 }, device.Counters);
        Assert.Equal("send: Message too long", device.LastSendError);
        Assert.Equal(s_frame, Assert.Single(played.Sent));
    }

    [Fact]
    public async Task DisposeAsync_SendsWhatWaits_AndClosesOnce()
    {
        var played = new PlayedDevice([], () => GetPacketStatus.ReadTimeout);
        SharpPcapDevice device = SharpPcapDevice.Open(played);
        var batch = new FrameBatch();
        for (int i = 0; i < batch.Capacity; i++)
        {
            batch.TryAppend(s_frame);
        }

        device.TryReceive(new FrameBatch()); // the thread turns in timeouts
        Assert.Equal(batch.Capacity, device.TrySend(batch, [.. Enumerable.Range(0, batch.Capacity)]));
        ValueTask<bool> waiting = device.WaitToReceiveAsync(TestContext.Current.CancellationToken);
        await device.DisposeAsync().Soon();
        await device.DisposeAsync().Soon();
        Assert.Equal(batch.Capacity, played.Sent.Count);
        Assert.True(played.IsClosed);
        Assert.False(await waiting.Soon());
        Assert.Throws<ReceiveOnClosedException>(() => device.TryReceive(new FrameBatch()));
        Assert.Throws<SendOnClosedException>(() => device.TrySend(batch, [0]));
        Assert.Null(await device.Ended.Soon());
    }

    [Fact]
    public async Task DisposeAsync_LeaveOpen_LeavesOpen()
    {
        var played = new PlayedDevice([], () => GetPacketStatus.ReadTimeout);
        await SharpPcapDevice.Open(played, new SharpPcapOptions { LeaveOpen = true }).DisposeAsync();
        Assert.False(played.IsClosed);
    }

    [Theory]
    [InlineData(LinkLayers.Ieee80211)]
    [InlineData(LinkLayers.LinuxSll)]
    [InlineData(LinkLayers.Null)]
    public void Open_OtherLinkTypes_AreRefusedByName(LinkLayers type)
    {
        using var played = new PlayedDevice([], () => GetPacketStatus.ReadTimeout) { LinkType = type };
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => SharpPcapDevice.Open(played));
        Assert.Contains($"played0 has packets of type {type}", error.Message, StringComparison.Ordinal);
        Assert.False(played.IsClosed); // it was open before, and is not ours
    }

    [Fact]
    public async Task Open_BareIp_IsAPortOfBareIp()
    {
        await using SharpPcapDevice device = SharpPcapDevice.Open(new PlayedDevice([IpPacket.Udp("10.0.0.1", "10.0.0.2")], () => GetPacketStatus.ReadTimeout) { LinkType = LinkLayers.Raw });
        Assert.Equal(LinkLayer.Ip, device.LinkLayer);
        Assert.Equal(IpPacket.Udp("10.0.0.1", "10.0.0.2"), await ReceiveOne(device));
    }

    private static async Task<byte[]> ReceiveOne(SharpPcapDevice device)
    {
        Assert.True(await device.WaitToReceiveAsync(TestContext.Current.CancellationToken).Soon());
        return Assert.Single(ReceiveAll(device));
    }

    private static List<byte[]> ReceiveAll(SharpPcapDevice device)
    {
        var frames = new List<byte[]>();
        var batch = new FrameBatch();
        while (device.TryReceive(batch) > 0)
        {
            frames.AddRange(Enumerable.Range(0, batch.Count).Select(i => batch.Octets(i).ToArray()));
            batch.Clear();
        }

        return frames;
    }

    private static List<DeviceEvent> Events(SharpPcapDevice device)
    {
        var events = new List<DeviceEvent>();
        while (device.Events.TryRead(out DeviceEvent happened))
        {
            events.Add(happened);
        }

        return events;
    }
}
