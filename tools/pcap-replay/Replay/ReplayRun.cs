using System.Runtime;
using VSwitch.Captures.Conversion;
using VSwitch.Captures.Files;
using VSwitch.Captures.Replaying;
using VSwitch.Captures.Splitting;
using VSwitch.Devices.Packet;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Replay;

/// <summary>Opens captures and interfaces, replays on a thread of its own, and reports.</summary>
internal static class ReplayRun
{
    internal static async Task<int> RunAsync(ReplayWishes wishes)
    {
        List<ReplaySource> sources = [.. wishes.Files.Select(OpenSource)];
        ReplayOptions options = wishes.Options with { Splitter = OpenSplitter(wishes), Progress = report => Console.Error.WriteLine(ReplayText.Progress(report)) };
        if (options is { Preload: true, Transform: not null })
        {
            sources = [.. sources.Select(InMemory)];
        }

        ReplayWarmup.Run();
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        List<IAsyncDisposable> devices = [];
        try
        {
            return wishes.OutFile is null
                ? await ReplayAsync(wishes, sources, options, [.. wishes.Targets.Select(t => Open(t, wishes.Bypass, devices))]).ConfigureAwait(false)
                : await WriteAsync(wishes, sources, options, wishes.OutFile).ConfigureAwait(false);
        }
        finally
        {
            foreach (IAsyncDisposable device in devices)
            {
                await device.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<int> WriteAsync(ReplayWishes wishes, List<ReplaySource> sources, ReplayOptions options, string path)
    {
        bool isPcap = path.EndsWith(".pcap", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".cap", StringComparison.OrdinalIgnoreCase);
        try
        {
            using CaptureWriter writer = CaptureWriter.Create(path, isPcap ? CaptureFormat.NanosecondPcap : CaptureFormat.Pcapng);
            var first = new CaptureTarget(writer, writer.AddInterface(new CaptureInterface { Name = "intf1" }), path);
            List<IReplayTarget> targets = [first];
            if (options.Splitter is not null && !isPcap)
            {
                targets.Add(new CaptureTarget(writer, writer.AddInterface(new CaptureInterface { Name = "intf2" }), $"{path} (intf2)", first));
            }

            return await ReplayAsync(wishes, sources, options, targets).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserException(e.Message, e);
        }
    }

    private static async Task<int> ReplayAsync(
        ReplayWishes wishes, List<ReplaySource> sources, ReplayOptions options, IReadOnlyList<IReplayTarget> targets)
    {
        // Waiting for a line of input is nothing that a signal could end in good order: there it ends the process.
        using StopSignal? signal = wishes.OneAtATime ? null : new StopSignal();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(signal?.Token ?? CancellationToken.None);
        IReplayClock clock = wishes.OneAtATime ? new PromptClock(Console.In, Console.Out, stop)
            : wishes.OutFile is not null ? new VirtualReplayClock() : new PacerClock(wishes.Spins);
        foreach (IReplayTarget target in targets)
        {
            target.Send(default, [], out _); // compiled before the first frame is due
        }

        var replayer = new Replayer(sources, targets, wishes.Schedule, clock, options);
        var done = new TaskCompletionSource<ReplayReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
#pragma warning disable CA1031 // Thrown again where it is awaited.
            try
            {
                done.SetResult(replayer.Run(stop.Token));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
#pragma warning restore CA1031
        })
        { IsBackground = true, Name = "replay" }.Start();
        ReplayReport report = await done.Task.ConfigureAwait(false);
        if (wishes.OutFile is not null)
        {
            report = report with { Timing = null };
        }

        Console.Out.WriteLine(wishes.Json ? ReplayText.Json(report) : ReplayText.Lines(report, wishes.Quiet));
        bool isStopped = signal?.Token.IsCancellationRequested ?? false;
        return report.Failed > 0 || report.Broken.Count > 0 || (report.Ended is not null && !isStopped && !wishes.OneAtATime) ? ExitCode.Failed : ExitCode.Done;
    }

    private static IReplayTarget Open(TargetSpec spec, bool bypass, List<IAsyncDisposable> devices)
    {
        if (spec.IsTap)
        {
            L2Dev tap = L2Dev.Open(new TunTapOptions { Name = spec.Name, Namespace = spec.Namespace, Offload = false });
            devices.Add(tap);
            return new TapTarget(tap);
        }

        PacketDevice device = PacketDevice.Open(
            new PacketOptions { Name = spec.Name, Namespace = spec.Namespace, Offload = false, SendOnly = true, QdiscBypass = bypass });
        devices.Add(device);
        return device.IsUp
            ? new PacketTarget(device, bypass)
            : throw new UserException($"{spec.Name}: the interface is down, or its other end is: ip link set {spec.Name} up");
    }

    private static ReplaySource OpenSource(string path)
    {
        try
        {
            using CaptureReader reader = CaptureReader.Open(path);
            bool hasPacket = reader.TryRead(out CapturedPacket packet);
            if (!hasPacket && reader.Error is { } error)
            {
                throw new UserException($"{path}: {error}");
            }

            return hasPacket && LinkTypeConverter.UseOf(packet.Interface.LinkType) == LinkTypeUse.None
                ? throw new UserException($"{path}: packets of link type {packet.Interface.LinkType} can't be made Ethernet frames: choose another capture")
                : ReplaySource.FromFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}", e);
        }
    }

    private static ReplaySource InMemory(ReplaySource source)
    {
        byte[] octets = File.ReadAllBytes(source.Name);
        return new(source.Name, () => CaptureReader.Open(new MemoryStream(octets)));
    }

    private static ISplitter? OpenSplitter(ReplayWishes wishes)
    {
        if (wishes.CacheFile is not { } path)
        {
            return wishes.ByInterface ? new InterfaceSplitter([0]) : null;
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            return TcpprepCache.Read(stream);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path}: {e.Message}", e);
        }
    }
}
