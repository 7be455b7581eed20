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
    private readonly Lock _starting = new();
    private volatile bool _isStarted;
    private bool _isEnded;

    internal PcapPlayer(PipeDevice to, ReplaySource source, PcapDeviceOptions options, IReplayClock clock)
    {
        _options = options;
        _replayer = new Replayer([source], [new PipeTarget(to, options.Mtu)], options.Schedule, clock, options.Replay);
        _thread = new Thread(Run) { IsBackground = true, Name = "vswitch-pcap" };
    }

    /// <summary>Begins, the first time.</summary>
    internal void Start()
    {
        if (_isStarted)
        {
            return;
        }

        lock (_starting)
        {
            if (!_isStarted && !_isEnded)
            {
                _thread.UnsafeStart();
                _isStarted = true;
            }
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        lock (_starting)
        {
            _isEnded = true;
        }

        if (_isStarted)
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
