using System.Diagnostics;
using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Devices.Workers;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Idle;

/// <summary>What a thousand devices cost that have nothing to do: CPU of the process, memory of each, threads.</summary>
internal static class IdleReading
{
    private const int Devices = 1000;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);

    internal static async Task RunAsync()
    {
        var kept = new List<object>();
        await ReadAsync("nothing", 0);

        PipeDevice[] pipes = MakePipes(LinkLayer.Ip);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var joiner = new Joiner();
        kept.Add(joiner);
        long empty = GC.GetTotalMemory(forceFullCollection: true);
        foreach (PipeDevice pipe in pipes)
        {
            joiner.AttachSecondary(pipe);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - empty) / Devices;
        ValueTask<bool> wait = joiner.WaitToReceiveAsync();
        await ReadAsync($"joiner ({(empty - before) / 1024} KB empty), {Devices} pipes nested", each);

        pipes = MakePipes(LinkLayer.Ip);
        joiner = new Joiner();
        kept.Add(joiner);
        empty = GC.GetTotalMemory(forceFullCollection: true);
        foreach (PipeDevice pipe in pipes)
        {
            joiner.AttachSecondary(new DetachedDevice(pipe));
        }

        each = (GC.GetTotalMemory(forceFullCollection: true) - empty) / Devices;
        await ReadAsync($"joiner, {Devices} wrapped pipes nested, wrappers included", each);

        pipes = MakePipes(LinkLayer.Ethernet);
        await using var host = new SwitchHost(new VirtualSwitch());
        host.AddPort(pipes[0], "p0");
        empty = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 1; i < Devices; i++)
        {
            host.AddPort(pipes[i], $"p{i}");
        }

        each = (GC.GetTotalMemory(forceFullCollection: true) - empty) / (Devices - 1);
        await ReadAsync($"switch host, {Devices} ports in memory", each);

        Send(pipes[0]); // a flood to all of them
        await ReadAsync("the same after a flood", each);
        GC.KeepAlive(kept);
        _ = wait;
    }

    private static readonly List<PipeDevice> s_far = [];

    private static PipeDevice[] MakePipes(LinkLayer linkLayer)
    {
        var near = new PipeDevice[Devices];
        for (int i = 0; i < Devices; i++)
        {
            (near[i], PipeDevice far) = DevicePipe.Create(linkLayer: linkLayer, name: $"{linkLayer}{i}");
            s_far.Add(far);
        }

        return near;
    }

    private static void Send(PipeDevice near)
    {
        PipeDevice far = s_far.Single(f => f.Name == near.Name.Replace(".a", ".b", StringComparison.Ordinal) && f.LinkLayer == LinkLayer.Ethernet);
        var batch = new FrameBatch(1);
        byte[] frame = new byte[60];
        frame.AsSpan(0, 6).Fill(0xFF);
        frame[6] = 2;
        batch.TryAppend(frame);
        far.TrySend(batch, [0]);
    }

    private static async Task ReadAsync(string what, long octetsEach)
    {
        await Task.Delay(s_settle);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(s_window);
        double percent = 100 * (Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(start);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{what}: {percent:0.000} % CPU, {octetsEach} octets each, {process.Threads.Count} threads, {process.WorkingSet64 / 1_000_000} MB RSS");
    }
}
