using VSwitch.Captures.Replaying;
using VSwitch.Devices;

namespace VSwitch.Captures.Pcap;

/// <summary>Replays a capture into a pipe, on a thread of its own.</summary>
internal sealed class PcapPlayer : IDisposable
{
    private readonly PcapDeviceOptions _options;
    private readonly Replayer _replayer;
    private readonly CancellationTokenSource _ending = new();
    private readonly Thread _thread;
    private int _started;

    internal PcapPlayer(PipeDevice to, ReplaySource source, PcapDeviceOptions options, IReplayClock clock)
    {
        _options = options;
        _replayer = new Replayer([source], [new PipeTarget(to, options.Mtu)], options.Schedule, clock, options.Replay);
        _thread = new Thread(Run) { IsBackground = true, Name = "vswitch-pcap" };
    }

    /// <summary>Begins, the first time.</summary>
    internal void Start()
    {
        if (Volatile.Read(ref _started) == 0 && Interlocked.Exchange(ref _started, 1) == 0)
        {
            _thread.UnsafeStart();
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            _thread.Join();
        }

        _ending.Dispose();
    }

    private void Run()
    {
        try
        {
            ReplayReport report = _replayer.Run(_ending.Token);
            _options.Replayed?.Invoke(report);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _options.Failed?.Invoke(error.Message.TrimEnd('.'));
        }
        catch (ObjectDisposedException)
        {
            // The pipe was closed under our hands: there is nobody left to play for.
        }
    }
}
