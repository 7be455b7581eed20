using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class PacketCopyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Clause", "C1")]
    public async Task Run_BothWays_UntilOneCloses_ThenBothAreClosed()
    {
        (PipeDevice left, PipeDevice a) = DevicePipe.Create(batch: 16);
        (PipeDevice b, PipeDevice right) = DevicePipe.Create(batch: 3);
        var counters = new TrafficCounters();
        Task copy = PacketCopy.RunAsync(a, b, counters, Stop);
        left.TrySend(Enumerable.Range(0, 20).Select(i => Numbered(i)));
        right.TrySend(Enumerable.Range(100, 20).Select(i => Numbered(i)));
        Assert.Equal(Enumerable.Range(0, 20), (await right.ReceiveAsync(20)).Select(f => NumberOf(f)));
        Assert.Equal(Enumerable.Range(100, 20), (await left.ReceiveAsync(20)).Select(f => NumberOf(f)));

        await left.DisposeAsync();
        await copy.Within();
        Assert.Throws<ReceiveOnClosedException>(() => right.TryReceive());
        Assert.Equal((40, 40, 0), (counters.ReceivedFrames, counters.SentFrames, counters.TotalDrops()));
    }

    [Fact]
    [Trait("Clause", "C1")]
    public async Task Run_DeviceFails_ReportsTheFirstErrorAndClosesBoth()
    {
        var a = new AwkwardDevice();
        var b = new AwkwardDevice { NeverLetsGo = true };
        var counters = new TrafficCounters();
        Task copy = PacketCopy.RunAsync(a, b, counters, Stop);
        var broken = new IOException("broken");
        b.FailSend(broken);
        a.Deliver(Numbered(1), Numbered(2));
        Assert.Same(broken, await Assert.ThrowsAsync<IOException>(() => copy.Within()));
        Assert.True(a.IsClosed);
        Assert.True(b.IsClosed);
        Assert.Equal(counters.ReceivedFrames, counters.Drops(DropReason.DeviceFault));
    }

    [Fact]
    [Trait("Clause", "C1")]
    public async Task Run_Cancelled_ClosesBoth()
    {
        var a = new AwkwardDevice { NeverLetsGo = true };
        var b = new AwkwardDevice { IgnoresTokens = true };
        using var stop = new CancellationTokenSource();
        Task copy = PacketCopy.RunAsync(a, b, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy.Within());
        Assert.True(a.IsClosed);
        Assert.True(b.IsClosed);
        await Assert.ThrowsAsync<ArgumentException>(() => PacketCopy.RunAsync(a, a, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => PacketCopy.RunAsync(a, new AwkwardDevice(linkLayer: LinkLayer.Ip), Stop));
    }

    [Fact]
    [Trait("Clause", "C2")]
    [Trait("Clause", "T4")]
    [Trait("Clause", "T10")]
    public async Task Run_ShortBatchesAndHiccups_EveryFrameArrives()
    {
        var a = new AwkwardDevice { AtATime = 3, HiccupEvery = 2, Capabilities = new() { BatchSize = 8 } };
        var b = new AwkwardDevice { AtATime = 1, HiccupEvery = 3, Capabilities = new() { BatchSize = 2 } };
        Task copy = PacketCopy.RunAsync(a, b, Stop);
        a.Deliver(Enumerable.Range(0, 500).Select(i => Numbered(i)));
        b.Deliver(Enumerable.Range(1000, 500).Select(i => Numbered(i)));
        await Until(() => a.SentCount == 500 && b.SentCount == 500, "all frames are there");
        Assert.Equal(Enumerable.Range(0, 500), b.TakeSent().Select(f => NumberOf(f)));
        Assert.Equal(Enumerable.Range(1000, 500), a.TakeSent().Select(f => NumberOf(f)));
        await a.DisposeAsync();
        await copy.Within();
    }

    [Fact]
    [Trait("Clause", "C2")]
    public async Task Run_DestinationIsFull_WaitsAndLosesNothing()
    {
        (PipeDevice left, PipeDevice a) = DevicePipe.Create();
        (PipeDevice b, PipeDevice right) = DevicePipe.Create(batch: 2, capacityFrames: 2);
        Task copy = PacketCopy.RunAsync(a, b, Stop);
        left.TrySend(Enumerable.Range(0, 50).Select(i => Numbered(i)));
        Assert.Equal(Enumerable.Range(0, 50), (await right.ReceiveAsync(50)).Select(f => NumberOf(f)));
        await right.DisposeAsync();
        await copy.Within();
    }

    [Fact]
    [Trait("Clause", "C2")]
    public async Task Run_NoProgress_IsAnErrorAndNoSpin()
    {
        var liar = new AwkwardDevice { LiesToReceivers = true };
        Task copy = PacketCopy.RunAsync(liar, new AwkwardDevice(), Stop);
        await Assert.ThrowsAsync<NoProgressException>(() => copy.Within());

        var source = new AwkwardDevice();
        copy = PacketCopy.RunAsync(source, new AwkwardDevice { LiesToSenders = true }, Stop);
        source.Deliver(Numbered(1));
        await Assert.ThrowsAsync<NoProgressException>(() => copy.Within());

        copy = PacketCopy.RunAsync(new AwkwardDevice(), ForEver(new TemporaryDeviceException("again")), Stop);
        await Assert.ThrowsAsync<NoProgressException>(() => copy.Within());
    }

    [Fact]
    [Trait("Clause", "C2")]
    public async Task Run_RefusedFrames_AreCountedDropsAndHoldUpNobody()
    {
        var a = new AwkwardDevice();
        var b = new AwkwardDevice { Refusal = DropReason.DeviceRefused };
        var counters = new TrafficCounters();
        Task copy = PacketCopy.RunAsync(a, b, counters, Stop);
        a.Deliver(Enumerable.Range(0, 10).Select(i => Numbered(i)));
        await Until(() => counters.Drops(DropReason.DeviceRefused) == 10, "all are dropped");
        b.Refusal = DropReason.None;
        a.Deliver(Numbered(1));
        await Until(() => b.SentCount == 1, "the next passes");
        await b.DisposeAsync();
        await copy.Within();
        Assert.Equal(counters.ReceivedFrames, counters.SentFrames + counters.TotalDrops());
    }

    private static AwkwardDevice ForEver(Exception error)
    {
        var device = new AwkwardDevice();
        device.FailReceive(error);
        return device;
    }
}
