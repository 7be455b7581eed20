using System.Runtime.CompilerServices;
using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>Nothing is allocated for a frame, a burst or a wait once all is warm.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Bursts = 20_000;

    [Fact]
    public void SendAndReceive_ThroughPipeAndWrappers_AllocatesNothing()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        int calls = 0;
        var sending = new CallbackDevice(new DetachedDevice(new DetachedDevice(a))) { OnSend = (_, _) => calls++ };
        var receiving = new DetachedDevice(b);
        FrameBatch batch = BatchOf([.. Enumerable.Range(0, 16).Select(i => Numbered(i))]);
        int[] which = [.. Enumerable.Range(0, 16)];
        var received = new FrameBatch(16);
        AssertNothingAllocated(() =>
        {
            sending.TrySend(batch, which);
            received.Clear();
            receiving.TryReceive(received);
        });
        Assert.Empty(b.TryReceive());
    }

    [Fact]
    public void WaitsAtAPipeAndAWrapper_AllocateNothing()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        var wrapper = new DetachedDevice(new DetachedDevice(b));
        using var stop = new CancellationTokenSource();
        FrameBatch batch = BatchOf(Numbered(1));
        var received = new FrameBatch(1);
        AssertNothingAllocated(() =>
        {
            ValueTask<bool> wait = wrapper.WaitToReceiveAsync(stop.Token);
            Assert.False(wait.IsCompleted);
            a.TrySend(batch, [0]);
            var spin = default(SpinWait);
            while (!wait.IsCompleted)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            Assert.True(wait.Result);
            received.Clear();
            wrapper.TryReceive(received);
        });
    }

    /// <summary>One frame goes to and fro, and each time it wakes a task that sleeps. All threads are looked at: who wakes goes by the pool.</summary>
    [Fact]
    public async Task Wakes_AllocateNothing()
    {
        using var there = new PacketChannel();
        using var back = new PacketChannel();
        there.TrySend(BatchOf(Numbered(1)), [0]);
        FrameBatch[] batches = [new(1), new(1)];
        await BounceBothWaysAsync(there, back, batches);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await BounceBothWaysAsync(there, back, batches);
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / Bursts, 0, 1);
    }

    /// <summary>The frame comes between the look at a wait and the registration of what is to be done at its end.</summary>
    [Fact]
    public void WakeThatIsAwaitedLate_AllocatesNothing()
    {
        using var channel = new PacketChannel();
        using var woken = new ManualResetEventSlim();
        Action wake = woken.Set;
        FrameBatch batch = BatchOf(Numbered(1));
        var received = new FrameBatch(1);
        AssertNothingAllocated(() =>
        {
#pragma warning disable CA2012 // Consumed once, at the end: the awaiter is there before there is something to wait for.
            ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter wait = channel.WaitToReceiveAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            channel.TrySend(batch, [0]);
            wait.UnsafeOnCompleted(wake);
            woken.Wait();
            woken.Reset();
            Assert.True(wait.GetResult());
            received.Clear();
            channel.TryReceive(received);
        });
    }

    /// <summary>All threads are looked at: the relay runs on the pool's.</summary>
    [Fact]
    public async Task Relay_AllocatesNothingForABurst()
    {
        (PipeDevice source, PipeDevice from) = DevicePipe.Create();
        (PipeDevice to, PipeDevice sink) = DevicePipe.Create();
        await using var forwarder = new Forwarder();
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        var received = new FrameBatch(4);
        FrameBatch sent = BatchOf(Numbered(1), Numbered(2));
        await Task.Run(() => PingAsync(source, sink, sent, received), TestContext.Current.CancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await Task.Run(() => PingAsync(source, sink, sent, received), TestContext.Current.CancellationToken);
        long perBurst = (GC.GetTotalAllocatedBytes(precise: true) - before) / Bursts;
        Assert.InRange(perBurst, 0, 32); // a ring more is 13
    }

    private static Task BounceBothWaysAsync(PacketChannel there, PacketChannel back, FrameBatch[] batches) => Task.WhenAll(
        Task.Run(() => BounceAsync(there, back, batches[0]), TestContext.Current.CancellationToken),
        Task.Run(() => BounceAsync(back, there, batches[1]), TestContext.Current.CancellationToken));

    private static async Task BounceAsync(PacketChannel from, PacketChannel to, FrameBatch batch)
    {
        int[] first = [0];
        for (int i = 0; i < Bursts; i++)
        {
            batch.Clear();
            while (from.TryReceive(batch) == 0)
            {
                await from.WaitToReceiveAsync();
            }

            to.TrySend(batch, first);
        }
    }

    private static async Task PingAsync(PipeDevice source, PipeDevice sink, FrameBatch batch, FrameBatch received)
    {
        int[] which = [0, 1];
        for (int i = 0; i < Bursts; i++)
        {
            source.TrySend(batch, which);
            received.Clear();
            while (received.Count < 2)
            {
                await sink.WaitToReceiveAsync();
                sink.TryReceive(received);
            }
        }
    }

    private static void AssertNothingAllocated(Action step)
    {
        for (int i = 0; i < Bursts; i++)
        {
            step();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Bursts; i++)
        {
            step();
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Bursts, 0, 1);
    }
}
