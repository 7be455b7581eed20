using System.Diagnostics;
using VSwitch.Devices;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Tool.Demo;

/// <summary>Two stations at pipes in memory: needs no rights at all.</summary>
internal static class InMemoryDemo
{
    private const int FrameOctets = 60_000;      // about a super-frame, as a TCP sender makes them
    private const int PipeOctets = 8 << 20;
    private const int Window = 64;               // frames under way: a pipe drops what it can't hold, as a link does
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly MacAddress s_a = new(0x0200_0000_000A);
    private static readonly MacAddress s_b = new(0x0200_0000_000B);

    internal static void Run(Story story, TimeSpan time, CancellationToken stop)
    {
        var @switch = new VirtualSwitch();
        var host = new SwitchHost(@switch);
        try
        {
            story.Step("A switch with two ports, each a pipe in memory with a station at its far end.");
            (PipeDevice insideA, PipeDevice a) = PipeDevice.CreatePair("a", mtu: FrameOctets, capacityOctets: PipeOctets);
            (PipeDevice insideB, PipeDevice b) = PipeDevice.CreatePair("b", mtu: FrameOctets, capacityOctets: PipeOctets);
            host.AddPort(insideA, "a");
            host.AddPort(insideB, "b");

            story.Step("A asks for B, whom nobody knows: the frame is flooded. B answers: the answer goes to A alone.");
            RoundTrips(story, a, b, stop);

            story.Step($"A transfers to B for {time.TotalSeconds:F0} s.");
            Transfer(story, a, b, time, stop);

            story.Stations(@switch);
            story.Counters(@switch);
        }
        finally
        {
            host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static void RoundTrips(Story story, PipeDevice a, PipeDevice b, CancellationToken stop)
    {
        const int Rounds = 5;
        var batch = new FrameBatch(1);
        double[] microseconds = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Send(a, batch, s_b, s_a, 60);
            Receive(b, batch, stop);
            Send(b, batch, s_a, s_b, 60);
            Receive(a, batch, stop);
            microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        story.Detail($"{Rounds} round trips, the fastest {microseconds.Min():F0} µs");
    }

    private static void Transfer(Story story, PipeDevice a, PipeDevice b, TimeSpan time, CancellationToken stop)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        done.CancelAfter(time);
        using var window = new SemaphoreSlim(Window);
        var sender = new Thread(() => SendUntil(a, window, done.Token)) { Name = "demo sender" };
        long octets = 0;
        long frames = 0;
        var batch = new FrameBatch();
        long start = Stopwatch.GetTimestamp();
        sender.Start();
        try
        {
            while (b.WaitToReceiveAsync(done.Token).AsTask().GetAwaiter().GetResult())
            {
                batch.Clear();
                int received = b.TryReceive(batch);
                if (received == 0)
                {
                    continue; // woken for nothing
                }

                window.Release(received);
                frames += received;
                for (int i = 0; i < batch.Count; i++)
                {
                    octets += batch[i].Length;
                }
            }
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
        }
        finally
        {
            sender.Join(s_patience);
        }

        story.Throughput(octets, Stopwatch.GetElapsedTime(start), frames);
    }

    private static void SendUntil(PipeDevice a, SemaphoreSlim window, CancellationToken done)
    {
        var batch = new FrameBatch(1);
        try
        {
            while (true)
            {
                window.Wait(done);
                Send(a, batch, s_b, s_a, FrameOctets);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }

    private static void Send(PipeDevice from, FrameBatch batch, MacAddress destination, MacAddress source, int octets)
    {
        batch.Clear();
        Span<byte> frame = batch.NextSlot().Slice(FrameBatch.Headroom, octets);
        destination.Write(frame);
        source.Write(frame[MacAddress.Length..]);
        frame[12] = 0x88; // 0x88B5: IEEE 802 local experimental
        frame[13] = 0xB5;
        batch.Append(octets);
        from.TrySend(batch, [0]);
    }

    private static void Receive(PipeDevice at, FrameBatch batch, CancellationToken stop)
    {
        batch.Clear();
        at.WaitToReceiveAsync(stop).AsTask().WaitAsync(s_patience, stop).GetAwaiter().GetResult();
        at.TryReceive(batch);
    }
}
