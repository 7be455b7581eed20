using VSwitch.Devices;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.IpPacket;

namespace VSwitch.Tests.Devices.Splitting;

/// <summary>Backends, routers and frontends come, go and fail while packets flow both ways.</summary>
public sealed class SplitterStressTests
{
    private const int Operations = 400;
    private const string A = "10.0.0.1";
    private const string Remote = "192.0.2.9";

    [Theory]
    [Trait("Clause", "S3")]
    [Trait("Clause", "S5")]
    [Trait("Clause", "S6")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomOperations_NothingIsLostOrMisled(int seed)
    {
        var random = new Random(seed);
        await using var splitter = new Splitter();
        SplitFrontend[] frontends = [.. Enumerable.Range(1, 4).Select(splitter.Get)];
        using var done = new CancellationTokenSource();
        long misled = 0;
        Task[] users = [.. Enumerable.Range(1, 4).Select(i => Task.Run(() => UseAsync(() => Volatile.Read(ref frontends[i - 1]), i, () => Interlocked.Increment(ref misled), done.Token)))];
        splitter.SetRouter(new MarkOrFlood());
        TestDevice backend = SplitterNet.Make();
        await splitter.AttachAsync(backend).Soon();
        for (int i = 0; i < Operations; i++)
        {
            int at = random.Next(4);
            switch (random.Next(8))
            {
                case 0:
                    backend = SplitterNet.Make();
                    await splitter.AttachAsync(backend).Soon();
                    break;
                case 1:
                    await splitter.DetachAsync().Soon();
                    break;
                case 2:
                    await backend.DisposeAsync().Soon(); // by somebody else
                    break;
                case 3:
                    frontends[at].Down();
                    break;
                case 4:
                    frontends[at].Up();
                    break;
                case 5:
                    Volatile.Write(ref frontends[at], splitter.Get(at + 1));
                    break;
                case 6:
                    await frontends[at].DisposeAsync();
                    break;
                default:
                    splitter.SetRouter(random.Next(3) == 0 ? new MarkRouter() : new MarkOrFlood());
                    break;
            }

            long before = splitter.Counters.ReceivedFrames;
            Say(backend, random);
            await Waiting.Until(
                () => splitter.Counters.ReceivedFrames > before || backend.IsClosed || splitter.Backend != backend, "the pump has taken something");
        }

        for (int i = 0; i < 4; i++)
        {
            Volatile.Write(ref frontends[i], splitter.Get(i + 1)); // whoever waited on a closed one
        }

        await done.CancelAsync();
        await Task.WhenAll(users).Soon();
        await splitter.DetachAsync().Soon();
        TrafficCounters counters = splitter.Counters;
        await Waiting.Until(
            () => counters.ReceivedFrames + counters.Replicated == counters.SentFrames + counters.TotalDrops(), "the last burst is over");
        Assert.Equal(0, misled);
        Assert.True(counters.SentFrames > 0);
    }

    private static void Say(TestDevice backend, Random random)
    {
        try
        {
            for (int k = 0; k < 20; k++)
            {
                backend.Far.Send(Udp(Remote, A, (byte)random.Next(1, 7)));
            }

            backend.Far.Receive();
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException)
        {
            // closed by the splitter, or full
        }
    }

    private static async Task UseAsync(Func<SplitFrontend> frontend, int index, Action misled, CancellationToken done)
    {
        var batch = new FrameBatch();
        var toSend = new FrameBatch(1);
        toSend.TryAppend(Udp(A, Remote));
        while (!done.IsCancellationRequested)
        {
            try
            {
                SplitFrontend one = frontend();
                if (!await one.WaitToReceiveAsync(done))
                {
                    await Task.Yield();
                    continue;
                }

                batch.Clear();
                one.TryReceive(batch);
                for (int i = 0; i < batch.Count; i++)
                {
                    if (batch.Octets(i)[^1] is var mark && mark != index && mark < 5)
                    {
                        misled();
                    }
                }

                one.TrySend(toSend, [0]);
            }
            catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException)
            {
                await Task.Yield(); // down, closed, or the end
            }
        }
    }

    /// <summary>Marks 1 to 4 are frontends, higher ones go to all.</summary>
    private sealed class MarkOrFlood : ISplitSetRouter
    {
        public void Lock()
        {
        }

        public void Unlock()
        {
        }

        public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative) => 0;

        public void Route(ReadOnlySpan<byte> buffer, int offset, bool isNative, SplitSet targets)
        {
            if (buffer[^1] < 5)
            {
                targets.Add(buffer[^1]);
            }
            else
            {
                targets.AddAll();
            }
        }
    }
}
