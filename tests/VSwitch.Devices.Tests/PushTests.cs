using System.Collections.Concurrent;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;

namespace VSwitch.Devices.Tests;

/// <summary>The push surface: handler and Send.</summary>
public class PushTests
{
    private static readonly TunTapOptions s_finished = new() { Offload = false };

    [Fact]
    [Trait("Clause", "L3")]
    public async Task SetHandler_PushesEachFrame_OneCallAtATime()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(s_finished);
        using PacketSocket guest = new(ns, tap.Name);
        ConcurrentQueue<int> seen = new();
        int inside = 0;
        int overlaps = 0;
        tap.SetHandler(frame =>
        {
            overlaps += Interlocked.Increment(ref inside) > 1 ? 1 : 0;
            if (TestFrames.IsNumbered(frame))
            {
                seen.Enqueue(TestFrames.NumberOf(frame));
            }

            Interlocked.Decrement(ref inside);
        });
        for (int i = 0; i < 200; i++)
        {
            guest.Send(TestFrames.Numbered(i));
        }

        await Bounded.Until(() => seen.Count == 200, "200 frames pushed");
        Assert.Equal(Enumerable.Range(0, 200), seen);
        Assert.Equal(0, overlaps);
        Assert.Throws<InvalidOperationException>(() => tap.TryReceive(new FrameBatch()));

        tap.SetHandler(null);
        guest.Send(TestFrames.Numbered(1000));
        Assert.Equal(1000, TestFrames.NumberOf((await TestFrames.ReceiveNumbered(tap, 1))[0]));
    }

    [Fact]
    [Trait("Clause", "L6")]
    public async Task Handler_Throwing_IsCounted_AndDeviceGoesOn()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(s_finished);
        using PacketSocket guest = new(ns, tap.Name);
        int calls = 0;
        tap.SetHandler(frame =>
        {
            if (TestFrames.IsNumbered(frame))
            {
                calls++;
                throw new InvalidOperationException("a user's fault");
            }
        });
        for (int i = 0; i < 10; i++)
        {
            guest.Send(TestFrames.Numbered(i));
        }

        await Bounded.Until(() => tap.HandlerFaults == 10, "10 faults counted");
        Assert.Equal(10, calls);
        tap.SetHandler(null);
        Assert.Equal(10, tap.HandlerFaults);
        Assert.False(tap.Completion.IsCompleted);
    }

    [Fact]
    [Trait("Clause", "L3")]
    public async Task Send_FromManyThreads_AllArriveWhole()
    {
        const int Threads = 4;
        const int Each = 100;
        using TestNamespace ns = new();
        foreach (bool offload in new[] { true, false })
        {
            await using L2Dev tap = ns.Tap(new TunTapOptions { Offload = offload });
            using PacketSocket guest = new(ns, tap.Name);
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(t => Task.Run(() =>
            {
                for (int i = 0; i < Each; i++)
                {
                    Assert.Equal(DropReason.None, tap.Send(TestFrames.Numbered((t * Each) + i, 46 + i)));
                }
            })));
            int[] numbers = [.. Enumerable.Range(0, Threads * Each).Select(_ =>
            {
                byte[] frame = guest.Receive(f => TestFrames.IsNumbered(f));
                Assert.Equal(TestFrames.Numbered(TestFrames.NumberOf(frame), frame.Length - 14), frame);
                return TestFrames.NumberOf(frame);
            })];
            Assert.Equal(Enumerable.Range(0, Threads * Each), numbers.Order());
        }
    }

    [Fact]
    [Trait("Clause", "L6")]
    public async Task Dispose_InsideTheHandler_Ends()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(s_finished);
        using PacketSocket guest = new(ns, tap.Name);
        tap.SetHandler(frame =>
        {
            if (TestFrames.IsNumbered(frame))
            {
                tap.DisposeAsync().AsTask().Wait();
            }
        });
        guest.Send(TestFrames.Numbered(1));
        await Bounded.Within(tap.Completion);
        Assert.Throws<ObjectDisposedException>(() => tap.SetHandler(null));
    }

    [Fact]
    [Trait("Clause", "L3")]
    public async Task SetHandler_WithOffloadsOrQueues_IsRefused()
    {
        using TestNamespace ns = new();
        await using L2Dev offload = ns.Tap();
        await using L2Dev queues = ns.Tap(s_finished with { Queues = 2 });
        Assert.Throws<InvalidOperationException>(() => offload.SetHandler(_ => { }));
        Assert.Throws<InvalidOperationException>(() => queues.SetHandler(_ => { }));
    }
}
