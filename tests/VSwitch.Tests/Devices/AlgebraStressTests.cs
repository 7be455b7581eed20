using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>Attach, detach, down, up, close and swap in random order at full traffic: no hang, no lost batch, no frame to a wrong device, exact accounts.</summary>
/// <remarks>Bounded by the number of operations; a seed that fails fails again, as far as the scheduler lets it.</remarks>
public sealed class AlgebraStressTests
{
    private const int Operations = 1500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Clause", "F1")]
    [Trait("Clause", "F3")]
    [Trait("Clause", "F4")]
    public async Task Forwarder_RandomSwaps_NoFrameToAWrongDevice(int seed)
    {
        var pool = new FrameBatchPool();
        var forwarder = new Forwarder(pool);
        var random = new Random(seed);
        var ends = new List<StressEnd>();
        StressEnd? source = null;
        StressEnd? sink = null;
        for (int i = 0; i < Operations; i++)
        {
            switch (random.Next(8))
            {
                case 0:
                    source = new StressEnd(i, random);
                    ends.Add(source);
                    await forwarder.SetReceiverAsync(source.Inside).Within();
                    break;
                case 1:
                    sink = new StressEnd(i, random);
                    ends.Add(sink);
                    await forwarder.SetSenderAsync(sink.Inside).Within();
                    break;
                case 2 when random.Next(4) == 0:
                    await (random.Next(2) == 0 ? forwarder.SetReceiverAsync(null) : forwarder.SetSenderAsync(null)).Within();
                    break;
                case 3:
                    (random.Next(2) == 0 ? source : sink)?.Disturb(random);
                    break;
                default:
                    source?.Send(random.Next(1, 40));
                    sink?.Receive();
                    await Task.Yield();
                    break;
            }
        }

        await forwarder.StopAsync().Within();
        Assert.Equal(0, pool.Rented);
        TrafficCounters counters = forwarder.Counters;
        Assert.Equal(counters.ReceivedFrames, counters.SentFrames + counters.TotalDrops());
        Assert.All(ends, end => Assert.Equal(0, end.OutOfOrder));
        Assert.InRange(ends.Sum(e => e.Received), 1, counters.SentFrames);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [Trait("Clause", "F1")]
    [Trait("Clause", "F3")]
    public async Task PointToPoint_RandomSwapsFromTwoThreads_EndsWithEverythingClosed(int seed)
    {
        var pool = new FrameBatchPool();
        var link = new PointToPoint(pool);
        await Task.WhenAll(SwapAsync(link.SetAAsync, seed), SwapAsync(link.SetBAsync, seed + 100)).Within();
        await link.StopAsync().Within();
        Assert.Equal(0, pool.Rented);
        Assert.All([link.CountersAToB, link.CountersBToA], c => Assert.Equal(c.ReceivedFrames, c.SentFrames + c.TotalDrops()));

        static async Task SwapAsync(Func<IPacketDevice?, ValueTask> set, int seed)
        {
            await Task.Yield();
            var random = new Random(seed);
            StressEnd? end = null;
            var all = new List<StressEnd>();
            for (int i = 0; i < Operations; i++)
            {
                if (random.Next(6) == 0)
                {
                    end = new StressEnd(i, random);
                    all.Add(end);
                    await set(end.Inside).Within();
                }

                end?.Send(random.Next(1, 20));
                end?.Receive();
                if (random.Next(5) == 0)
                {
                    end?.Disturb(random);
                }

                await Task.Yield();
            }

            await set(null).Within();
            Assert.All(all, e => Assert.True(e.IsInsideClosed));
            Assert.All(all, e => Assert.Equal(0, e.OutOfOrder));
        }
    }

    /// <summary>A stack of wrappers whose states change at random while somebody waits at each.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [Trait("Clause", "D2")]
    [Trait("Clause", "D4")]
    [Trait("Clause", "D6")]
    [Trait("Clause", "D7")]
    public async Task DetachedDevice_RandomStates_NoWaiterIsForgotten(int seed)
    {
        var random = new Random(seed);
        var inner = new AwkwardDevice { IgnoresTokens = seed % 2 == 0 };
        DetachedDevice[] stack = new DetachedDevice[3];
        stack[0] = new DetachedDevice(inner);
        stack[1] = new DetachedDevice(stack[0]);
        stack[2] = new DetachedDevice(stack[1]);
        Task<int>[] waiters = [.. stack.Concat(stack).Select(w => Task.Run(() => ReceiveUntilClosedAsync(w)))];
        int delivered = 0;
        for (int i = 0; i < Operations; i++)
        {
            DetachedDevice wrapper = stack[random.Next(stack.Length)];
            switch (random.Next(3))
            {
                case 0:
                    wrapper.Down();
                    break;
                case 1:
                    wrapper.Up();
                    break;
                default:
                    inner.Deliver(Numbered(i));
                    delivered++;
                    break;
            }

            if (i % 8 == 0)
            {
                await Task.Yield();
            }
        }

        Array.ForEach(stack, w => w.Up());
        await Until(() => inner.IncomingCount == 0, "everything is received");
        foreach (DetachedDevice wrapper in stack.OrderBy(_ => random.Next()))
        {
            await wrapper.DisposeAsync();
        }

        Assert.Equal(delivered, (await Task.WhenAll(waiters).Within()).Sum());
        Assert.False(inner.IsClosed);
    }

    private static async Task<int> ReceiveUntilClosedAsync(DetachedDevice device)
    {
        var batch = new FrameBatch(4);
        int received = 0;
        while (true)
        {
            try
            {
                if (!await device.WaitToReceiveAsync(TestContext.Current.CancellationToken).Within())
                {
                    return received;
                }

                batch.Clear();
                received += device.TryReceive(batch);
            }
            catch (DeviceDownException)
            {
                await device.WaitUntilUpAsync(TestContext.Current.CancellationToken).Within();
            }
            catch (DeviceClosedException)
            {
                return received;
            }
        }
    }
}
