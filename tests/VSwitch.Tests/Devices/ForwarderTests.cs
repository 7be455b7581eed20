using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class ForwarderTests
{
    [Fact]
    [Trait("Clause", "F1")]
    public async Task StartsWithoutDevices_AndForwardsWhenBothAreSet()
    {
        await using var forwarder = new Forwarder();
        (PipeDevice source, PipeDevice from) = DevicePipe.Create();
        (PipeDevice to, PipeDevice sink) = DevicePipe.Create();
        await forwarder.SetReceiverAsync(from);
        source.TrySend(Numbered(1));
        await forwarder.SetSenderAsync(to);
        Assert.Equal(1, NumberOf((await sink.ReceiveAsync(1))[0]));
        source.TrySend(Numbered(2));
        Assert.Equal(2, NumberOf((await sink.ReceiveAsync(1))[0]));
    }

    [Fact]
    [Trait("Clause", "F1")]
    public async Task Set_SwapsAtRunTime_AndClosesTheOld()
    {
        await using var forwarder = new Forwarder();
        AwkwardDevice[] sources = [new(), new() { NeverLetsGo = true }];
        AwkwardDevice[] sinks = [new(), new()];
        await forwarder.SetReceiverAsync(sources[0]);
        await forwarder.SetSenderAsync(sinks[0]);
        sources[0].Deliver(Numbered(1));
        await Until(() => sinks[0].SentCount == 1, "the first pair works");

        await forwarder.SetReceiverAsync(sources[1]);
        Assert.True(sources[0].IsClosed);
        sources[1].Deliver(Numbered(2));
        await Until(() => sinks[0].SentCount == 2, "the new source works");

        await forwarder.SetSenderAsync(sinks[1]);
        Assert.True(sinks[0].IsClosed);
        sources[1].Deliver(Numbered(3));
        await Until(() => sinks[1].SentCount == 1, "the new sink works");

        await forwarder.SetSenderAsync(null);
        Assert.True(sinks[1].IsClosed);
        Assert.False(sources[1].IsClosed);
        await forwarder.SetReceiverAsync(sources[1]);
        Assert.False(sources[1].IsClosed); // it is its own successor
    }

    [Fact]
    [Trait("Clause", "F2")]
    public async Task Set_AfterStop_DoesNothing()
    {
        var forwarder = new Forwarder();
        await forwarder.StopAsync().Within();
        await forwarder.StopAsync().Within();
        var device = new AwkwardDevice();
        await forwarder.SetReceiverAsync(device);
        await forwarder.SetSenderAsync(new AwkwardDevice());
        await forwarder.SetReceiverAsync(new AwkwardDevice());
        await forwarder.StopAsync().Within();
        device.Deliver(Numbered(1));
        Assert.False(device.IsClosed);
        Assert.Equal(0, device.Waits);
        Assert.Single(device.TryReceive());
    }

    [Fact]
    [Trait("Clause", "F3")]
    public async Task Stop_ClosesBoth_EndsTheWork_AndGivesBackEveryBatch()
    {
        var pool = new FrameBatchPool();
        var forwarder = new Forwarder(pool);
        var from = new AwkwardDevice { NeverLetsGo = true };
        var to = new AwkwardDevice { NeverLetsGo = true, IsFull = true };
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        Assert.Equal(0, pool.Rented);
        from.Deliver(Numbered(1), Numbered(2));
        await Until(() => to.WaitsNow > 0, "frames are under way and can't go on");
        Assert.Equal(1, pool.Rented);

        await forwarder.StopAsync().Within();
        Assert.True(from.IsClosed);
        Assert.True(to.IsClosed);
        Assert.Equal(0, pool.Rented);
        Assert.Equal(2, forwarder.Counters.TotalDrops());
        Assert.Equal(0, to.SentCount);
    }

    [Fact]
    [Trait("Clause", "F4")]
    public async Task SourceFails_IsPassive_UntilAnotherIsSet()
    {
        await using var forwarder = new Forwarder();
        var from = new AwkwardDevice();
        var to = new AwkwardDevice();
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        var broken = new IOException("broken");
        from.FailReceive(broken);
        await Until(() => forwarder.ReceiverFault == broken, "the side is passive");
        Assert.False(from.IsClosed);
        Assert.Null(forwarder.SenderFault);

        var next = new AwkwardDevice();
        next.Deliver(Numbered(1));
        await forwarder.SetReceiverAsync(next);
        await Until(() => to.SentCount == 1, "the new source works");
        Assert.Null(forwarder.ReceiverFault);
        Assert.True(from.IsClosed);
    }

    [Fact]
    [Trait("Clause", "F4")]
    public async Task SinkFails_FramesUnderWayAreDropped_AndNothingIsReceivedUntilAnotherIsSet()
    {
        await using var forwarder = new Forwarder();
        var from = new AwkwardDevice { AtATime = 4 };
        var to = new AwkwardDevice();
        to.FailSend(new IOException("broken"));
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        from.Deliver(Enumerable.Range(0, 4).Select(i => Numbered(i)));
        await Until(() => forwarder.SenderFault is not null, "the side is passive");
        Assert.Equal(4, forwarder.Counters.Drops(DropReason.DeviceFault));
        from.Deliver(Numbered(5));

        var next = new AwkwardDevice();
        await forwarder.SetSenderAsync(next);
        await Until(() => next.SentCount == 1, "the new sink works");
        Assert.Equal(5, NumberOf(next.TakeSent()[0]));
    }

    [Fact]
    [Trait("Clause", "F4")]
    public async Task Swap_FramesUnderWay_AreDroppedAndNeverReachTheNewSink()
    {
        await using var forwarder = new Forwarder();
        var from = new AwkwardDevice { AtATime = 4 };
        var to = new AwkwardDevice { IsFull = true };
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        from.Deliver(Enumerable.Range(0, 4).Select(i => Numbered(i)));
        await Until(() => to.WaitsNow > 0, "frames are under way");

        var next = new AwkwardDevice();
        await forwarder.SetSenderAsync(next);
        from.Deliver(Numbered(5));
        await Until(() => next.SentCount == 1, "the new sink works");
        Assert.Equal(5, NumberOf(next.TakeSent()[0]));
        Assert.Equal(4, forwarder.Counters.Drops(DropReason.LinkDown));
    }

    /// <summary>A wrapper that goes down fails like any device; set again, it works again.</summary>
    [Fact]
    [Trait("Clause", "F4")]
    public async Task WrapperGoesDown_IsPassive_UntilSetAgain()
    {
        await using var forwarder = new Forwarder();
        var from = new AwkwardDevice();
        var wrapper = new DetachedDevice(from);
        var to = new AwkwardDevice();
        await forwarder.SetReceiverAsync(wrapper);
        await forwarder.SetSenderAsync(to);
        wrapper.Down();
        await Until(() => forwarder.ReceiverFault is DeviceDownException, "the side is passive");
        wrapper.Up();
        await forwarder.SetReceiverAsync(wrapper);
        from.Deliver(Numbered(1));
        await Until(() => to.SentCount == 1, "it works again");
    }

    [Fact]
    [Trait("Clause", "F1")]
    public async Task DifferentLinkLayers_NothingPasses_UntilTheyFit()
    {
        await using var forwarder = new Forwarder();
        var from = new AwkwardDevice(linkLayer: LinkLayer.Ip);
        await forwarder.SetSenderAsync(new AwkwardDevice());
        await forwarder.SetReceiverAsync(from);
        from.Deliver(Numbered(1));
        var to = new AwkwardDevice(linkLayer: LinkLayer.Ip);
        await forwarder.SetSenderAsync(to);
        await Until(() => to.SentCount == 1, "both carry packets now");
        Assert.Equal(0, forwarder.Counters.TotalDrops());
    }

    [Fact]
    public async Task SuperFrames_AreCutForADeviceThatCannot()
    {
        await using var forwarder = new Forwarder();
        (PipeDevice source, PipeDevice from) = PipeDevice.CreatePair("s", offloads: OffloadKinds.All);
        (PipeDevice to, PipeDevice sink) = DevicePipe.Create();
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        byte[] super = new FrameBuilder().Tcp("192.0.2.1", "192.0.2.2", 2500, finishChecksum: false).Build();
        var batch = new FrameBatch(3);
        batch.TryAppend(Numbered(1));
        batch.TryAppend(super, new OffloadInfo { NeedsCsum = true, GsoType = GsoType.TcpIPv4, GsoSize = 1000, HdrLen = 54, CsumStart = 34, CsumOffset = 16 });
        batch.TryAppend(Numbered(2));
        source.TrySend(batch, [0, 1, 2]);

        Assert.Equal([60, 1054, 1054, 554, 60], (await sink.ReceiveAsync(5)).Select(f => f.Length));
        await forwarder.StopAsync();
        Assert.Equal((3, 2, 5), (forwarder.Counters.ReceivedFrames, forwarder.Counters.Replicated, forwarder.Counters.SentFrames));
    }
}
