using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class DevicePipeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Clause", "P1")]
    [Trait("Clause", "T6")]
    public async Task Create_BothEndsReportUp_AndEventsEndOnClose()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(batch: 7, mtu: 1400, sendHeadroom: 8, receiveHeadroom: 4, linkLayer: LinkLayer.Ip, name: "p");
        foreach (PipeDevice end in new[] { a, b })
        {
            Assert.True(end.Events.TryRead(out DeviceEvent change));
            Assert.Equal(DeviceEvent.Up, change);
            Assert.Equal(7, end.Capabilities.BatchSize);
            Assert.Equal(8, end.Capabilities.SendHeadroom);
            Assert.Equal(4, end.Capabilities.ReceiveHeadroom);
            Assert.False(end.Capabilities.IsNative);
            Assert.Equal(1400, end.Mtu);
            Assert.Equal(LinkLayer.Ip, end.LinkLayer);
            Assert.Null(end.Handle);
        }

        Assert.Equal(["p.a", "p.b"], [a.Name, b.Name]);
        await a.DisposeAsync();
        await a.Events.Completion.Within();
        await b.Events.Completion.Within();
    }

    [Fact]
    [Trait("Clause", "P1")]
    public void Send_BothWays_OrderBoundariesAndOffloadAreKept()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(batch: 128);
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            List<byte[]> there = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => Numbered(i, random.Next(18, 1515)))];
            List<byte[]> back = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => Numbered(i, random.Next(18, 1515)))];
            Assert.Equal(there.Count, a.TrySend(there));
            Assert.Equal(back.Count, b.TrySend(back));
            Assert.Equal(there, b.TryReceive());
            Assert.Equal(back, a.TryReceive());
        }

        FrameBatch batch = BatchOf(Numbered(1));
        batch[0].Offload = new OffloadInfo { NeedsCsum = true, CsumStart = 34, CsumOffset = 16 };
        a.TrySend(batch, [0]);
        var received = new FrameBatch(1);
        b.TryReceive(received);
        Assert.Equal(batch[0].Offload, received[0].Offload);
    }

    /// <summary>The ring runs over its end at every place that there is, with frames of every kind of length.</summary>
    [Fact]
    [Trait("Clause", "P1")]
    public void Send_RingNeverEmpty_OrderAndOctetsAreKept()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(capacityFrames: 1000);
        var random = new Random(11);
        var inside = new Queue<byte[]>();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = Numbered(i, random.Next(50) == 0 ? FrameBatch.MaxFrameLength - random.Next(100) : random.Next(18, 3000));
            if (a.TrySend(frame) == 1)
            {
                inside.Enqueue(frame);
            }

            while (inside.Count > random.Next(1, 40))
            {
                Assert.Equal(inside.Dequeue(), Assert.Single(b.TryReceive(places: 1)));
            }
        }
    }

    [Fact]
    [Trait("Clause", "P2")]
    [Trait("Clause", "T4")]
    public async Task TryReceive_FewerPlaces_RestComesLater_AndSenderWaitsUntilTaken()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(batch: 4, capacityFrames: 4);
        FrameBatch six = BatchOf([.. Enumerable.Range(0, 6).Select(i => Numbered(i))]);
        six.Refusal = DropReason.None;
        Assert.Equal(4, a.TrySend(six, [0, 1, 2, 3, 4, 5]));
        Assert.Equal(DropReason.EgressFull, six.Refusal);
        Task<bool> room = a.WaitToSendAsync(Stop).AsTask();
        Assert.False(room.IsCompleted);

        Assert.Equal([0, 1, 2], b.TryReceive(places: 3).Select(f => NumberOf(f)));
        Assert.True(await room.Within());
        Assert.Equal(2, a.TrySend(six, [4, 5]));
        Assert.Equal([3, 4, 5], b.TryReceive().Select(f => NumberOf(f)));
        Assert.Empty(b.TryReceive());
    }

    [Fact]
    [Trait("Clause", "P2")]
    public async Task Rendezvous_CapacityOfOne_EachFrameIsTakenBeforeTheNext()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(capacityFrames: 1);
        Task<List<byte[]>> receiving = b.ReceiveAsync(100);
        for (int i = 0; i < 100; i++)
        {
            while (a.TrySend(Numbered(i)) == 0)
            {
                Assert.True(await a.WaitToSendAsync(Stop).Within());
            }
        }

        Assert.Equal(Enumerable.Range(0, 100), (await receiving.Within()).Select(f => NumberOf(f)));
    }

    [Fact]
    [Trait("Clause", "P3")]
    [Trait("Clause", "T3")]
    public void SmallOffset_IsRefused_AndNothingIsSent()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(sendHeadroom: 16, receiveHeadroom: 32);
        var batch = new FrameBatch(2);
        batch.TryAppend(Numbered(1));
        batch.Append(60, offset: 15);
        Assert.Throws<ArgumentOutOfRangeException>(() => a.TrySend(batch, [0, 1]));
        Assert.Empty(b.TryReceive());

        batch[1].Offset = 16;
        Assert.Equal(2, a.TrySend(batch, [0, 1]));
        var received = new FrameBatch(2);
        b.TryReceive(received);
        Assert.All([0, 1], i => Assert.InRange(received[i].Offset, 32, int.MaxValue));

        Assert.Throws<ArgumentOutOfRangeException>(() => DevicePipe.Create(receiveHeadroom: FrameBatch.Headroom + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DevicePipe.Create(sendHeadroom: FrameBatch.Headroom + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DevicePipe.Create(sendHeadroom: -1));
    }

    [Fact]
    [Trait("Clause", "P4")]
    [Trait("Clause", "T8")]
    public async Task Dispose_OneEnd_ClosesBothWithDistinctErrors()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(capacityFrames: 1);
        a.TrySend(Numbered(1));
        Task<bool> sending = a.WaitToSendAsync(Stop).AsTask();
        Task<bool> receiving = a.WaitToReceiveAsync(Stop).AsTask();
        await b.DisposeAsync();
        await b.DisposeAsync();
        await a.DisposeAsync();

        Assert.False(await sending.Within());
        Assert.False(await receiving.Within());
        foreach (PipeDevice end in new[] { a, b })
        {
            Assert.Throws<ReceiveOnClosedException>(() => end.TryReceive());
            Assert.Throws<SendOnClosedException>(() => end.TrySend(Numbered(1)));
            Assert.False(await end.WaitToReceiveAsync(Stop));
            Assert.False(await end.WaitToSendAsync(Stop));
        }

        Assert.IsType<ObjectDisposedException>(new ReceiveOnClosedException("x"), exactMatch: false);
        Assert.IsType<ObjectDisposedException>(new SendOnClosedException("x"), exactMatch: false);
    }

    [Fact]
    [Trait("Clause", "T8")]
    public async Task Waits_OfManyCallers_AllEnd_EachByItsToken()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        using var stop = new CancellationTokenSource();
        Task<bool> first = b.WaitToReceiveAsync(Stop).AsTask();
        Task<bool> second = b.WaitToReceiveAsync(stop.Token).AsTask();
        Task<bool> third = b.WaitToReceiveAsync(Stop).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Within());
        Assert.False(first.IsCompleted || third.IsCompleted);
        a.TrySend(Numbered(1));
        Assert.True(await first.Within());
        Assert.True(await third.Within());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a.WaitToReceiveAsync(stop.Token).Within());
    }

    [Fact]
    public void IdlePipe_HoldsLessThan4KilobytesADevice()
    {
        const int Pipes = 1000;
        var pipes = new (PipeDevice, PipeDevice)[Pipes];
        DevicePipe.Create();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Pipes; i++)
        {
            pipes[i] = DevicePipe.Create(batch: 128);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (2 * Pipes), 1, 4096);
        GC.KeepAlive(pipes);
    }
}
