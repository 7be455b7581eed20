using VSwitch.Devices;
using VSwitch.Devices.Streaming;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class PacketStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Clause", "I1")]
    public async Task ReadWrite_OnePacketEach_SurplusIsKept()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        var pool = new FrameBatchPool();
        await using var stream = new PacketStream(b, pool);
        a.TrySend(Numbered(1), Numbered(2, 100), Numbered(3));
        byte[] buffer = new byte[2000];
        Assert.Equal(60, await stream.ReadAsync(buffer, Stop).Within());
        Assert.Equal(1, NumberOf(buffer));
        Assert.Equal(100, stream.Read(buffer, 0, buffer.Length));
        Assert.Equal(60, stream.Read(buffer.AsSpan()));
        Assert.Equal(3, NumberOf(buffer));

        ValueTask<int> reading = stream.ReadAsync(buffer, Stop);
        Assert.False(reading.IsCompleted);
        Assert.Equal(0, pool.Rented);
        a.TrySend(Numbered(4));
        Assert.Equal(60, await reading.Within());

        await stream.WriteAsync(Numbered(5), Stop);
        stream.Write(Numbered(6), 0, 60);
        stream.Flush();
        Assert.Equal([5, 6], a.TryReceive().Select(f => NumberOf(f)));
    }

    [Fact]
    [Trait("Clause", "I1")]
    public async Task Read_BufferTooShort_PacketIsCut()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        await using var stream = new PacketStream(b);
        a.TrySend(Numbered(1, 500), Numbered(2, 80));
        byte[] buffer = new byte[100];
        Assert.Equal(100, await stream.ReadAsync(buffer, Stop).Within());
        Assert.Equal(1, NumberOf(buffer));
        Assert.Equal(80, await stream.ReadAsync(buffer, Stop).Within());
        Assert.Equal(2, NumberOf(buffer));
    }

    [Fact]
    [Trait("Clause", "I1")]
    public async Task ReadWrite_FullAndHiccups_WaitAndRetry()
    {
        var device = new AwkwardDevice { AtATime = 1, HiccupEvery = 2, IsFull = true };
        await using var stream = new PacketStream(device);
        device.Deliver(Enumerable.Range(0, 50).Select(i => Numbered(i)));
        byte[] buffer = new byte[100];
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(60, await stream.ReadAsync(buffer, Stop).Within());
            Assert.Equal(i, NumberOf(buffer));
        }

        Task writing = stream.WriteAsync(Numbered(1), Stop).AsTask();
        await Until(() => device.WaitsNow > 0, "the write waits");
        device.IsFull = false;
        await writing.Within();
        Assert.Single(device.TakeSent());
        device.Refusal = DropReason.Oversize;
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(Numbered(1), Stop).AsTask().Within());
    }

    /// <summary>Whoever reads octets can't finish a super-frame: the stream does it.</summary>
    [Fact]
    [Trait("Clause", "I1")]
    public async Task Read_SuperFrame_ComesInSegments()
    {
        (PipeDevice a, PipeDevice b) = PipeDevice.CreatePair("p", offloads: OffloadKinds.All);
        await using var stream = new PacketStream(b);
        byte[] frame = new FrameBuilder().From(new MacAddress(0x0200_0000_0001)).Tcp("192.0.2.1", "192.0.2.2", 2500, finishChecksum: false).Build();
        var batch = new FrameBatch(1);
        batch.TryAppend(frame, new OffloadInfo { NeedsCsum = true, GsoType = GsoType.TcpIPv4, GsoSize = 1000, HdrLen = 54, CsumStart = 34, CsumOffset = 16 });
        a.TrySend(batch, [0]);
        byte[] buffer = new byte[2000];
        var lengths = new List<int>();
        for (int i = 0; i < 3; i++)
        {
            lengths.Add(await stream.ReadAsync(buffer, Stop).Within());
        }

        Assert.Equal([1054, 1054, 554], lengths);
    }

    [Fact]
    [Trait("Clause", "I2")]
    public async Task Write_LeavesTheDevicesHeadroom()
    {
        var seen = new List<int>();
        var device = new OffsetDevice(headroom: 200, seen);
        await using var stream = new PacketStream(device);
        await stream.WriteAsync(Numbered(1), Stop);
        Assert.InRange(Assert.Single(seen), 200, int.MaxValue);
    }

    [Fact]
    [Trait("Clause", "I3")]
    public async Task Dispose_ClosesTheDevice_AndEndsReads()
    {
        foreach (bool sync in new[] { false, true })
        {
            var device = new AwkwardDevice { NeverLetsGo = true };
            var pool = new FrameBatchPool();
            var stream = new PacketStream(device, pool);
            device.Deliver(Numbered(1), Numbered(2));
            byte[] buffer = new byte[100];
            await stream.ReadAsync(buffer, Stop).Within();
            await stream.ReadAsync(buffer, Stop).Within();
            Task<int> reading = stream.ReadAsync(buffer, Stop).AsTask();
            if (sync)
            {
                stream.Dispose();
            }

            await stream.DisposeAsync();
            Assert.True(device.IsClosed);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.Within());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(buffer, Stop).AsTask());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(buffer, Stop).AsTask());
            Assert.False(stream.CanRead || stream.CanWrite || stream.CanSeek);
            Assert.Equal(0, pool.Rented);
        }
    }

    [Fact]
    [Trait("Clause", "I3")]
    public async Task Dispose_WithSurplus_GivesTheBatchBack_AndDeviceClosedByOthersEndsTheStream()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        var pool = new FrameBatchPool();
        var stream = new PacketStream(b, pool);
        a.TrySend(Numbered(1), Numbered(2));
        await stream.ReadAsync(new byte[100], Stop).Within();
        Assert.Equal(1, pool.Rented);
        await stream.DisposeAsync();
        Assert.Equal(0, pool.Rented);

        (a, b) = DevicePipe.Create();
        await using var other = new PacketStream(b, pool);
        await a.DisposeAsync();
        Assert.Equal(0, await other.ReadAsync(new byte[100], Stop).Within());
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => other.WriteAsync(Numbered(1), Stop).AsTask().Within());
    }

    [Fact]
    [Trait("Clause", "I4")]
    public async Task EmptyReadsAndWrites_DoNothing()
    {
        var device = new AwkwardDevice();
        await using var stream = new PacketStream(device);
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Stop).Within());
        Assert.Equal(0, stream.Read([], 0, 0));
        await stream.WriteAsync(ReadOnlyMemory<byte>.Empty, Stop);
        stream.Write([], 0, 0);
        device.Deliver(Numbered(1));
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Stop).Within());
        Assert.Equal(60, await stream.ReadAsync(new byte[100], Stop).Within());
        Assert.Equal(0, device.SentCount);
    }

    [Fact]
    [Trait("Clause", "T8")]
    public async Task Read_Cancelled_LosesNothing()
    {
        var device = new AwkwardDevice { NeverLetsGo = true };
        await using var stream = new PacketStream(device);
        using var stop = new CancellationTokenSource();
        Task<int> reading = stream.ReadAsync(new byte[100], stop.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.ReadAsync(new byte[100], Stop).AsTask());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within());
        device.Deliver(Numbered(7));
        byte[] buffer = new byte[100];
        await stream.ReadAsync(buffer, Stop).Within();
        Assert.Equal(7, NumberOf(buffer));
    }
}
