using Microsoft.Extensions.Logging;
using VSwitch.Forwarding;

namespace VSwitch.Devices.Workers;

/// <summary>A thread that waits for its devices and runs its pipeline: all of the data path that is not in the core.</summary>
internal sealed partial class Worker : IDisposable
{
    private const int BurstsBetweenPolls = 4; // how long devices in the round may keep the others waiting
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(2);

    private readonly EpollSet _epoll = new();
    private readonly ForwardingPipeline _pipeline;
    private readonly BusyPoll _busyPoll;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly Lock _attaching = new();
    private Watch?[] _watches = [];
    private AwaitedWatch[] _awaited = []; // those of them that are to be asked before each sleep
    private int _lastGeneration;
    private volatile bool _stopping;
    private long _faults;

    internal Worker(int index, ForwardingPipeline pipeline, BusyPoll busyPoll, ILogger logger)
    {
        _pipeline = pipeline;
        _busyPoll = busyPoll;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = $"vswitch-{index}" };
    }

    /// <summary>Devices that the worker receives from.</summary>
    internal int Load => Volatile.Read(ref _watches).Count(w => w is not null);

    internal void Start() => _thread.UnsafeStart();

    /// <summary>Takes a device over; from now on its frames are received by this thread.</summary>
    internal void Attach(AttachedDevice device)
    {
        lock (_attaching)
        {
            int place = Array.IndexOf(_watches, null);
            if (place < 0)
            {
                place = _watches.Length;
                Watch?[] larger = new Watch?[Math.Max(8, place * 2)];
                _watches.CopyTo(larger, 0);
                Volatile.Write(ref _watches, larger);
            }

            Watch watch = device.Device is { Capabilities.IsNative: true, Handle: { } handle }
                ? new NativeWatch(device, _epoll, handle)
                : new AwaitedWatch(device, _epoll);
            watch.Token = ((long)++_lastGeneration << 32) | (uint)place; // a place is used again; a report of its former watch is not its own
            Volatile.Write(ref _watches[place], watch);
            if (watch is AwaitedWatch awaited)
            {
                Volatile.Write(ref _awaited, [.. _awaited, awaited]);
            }

            watch.Start();
        }

        _epoll.Wake();
    }

    /// <summary>Lets a device go. A burst of it may still be under way.</summary>
    internal void Detach(AttachedDevice device)
    {
        lock (_attaching)
        {
            int place = Array.FindIndex(_watches, w => w?.Device == device);
            if (place >= 0)
            {
                Watch watch = _watches[place]!;
                watch.Dispose();
                Volatile.Write(ref _watches[place], null);
                if (watch is AwaitedWatch)
                {
                    Volatile.Write(ref _awaited, [.. _awaited.Where(w => w != watch)]);
                }
            }
        }
    }

    /// <summary>Ends the thread and waits for it, for a bounded time.</summary>
    public void Dispose()
    {
        _stopping = true;
        _epoll.Wake();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted) || _thread.Join(s_stopTimeout))
        {
            _epoll.Dispose();
        }
        else
        {
            LogStuck(_thread.Name!);
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            try
            {
                Poll(_busyPoll.MaySleep(_pipeline.HasReady));
                for (int i = 0; i < BurstsBetweenPolls && _pipeline.HasReady; i++)
                {
                    _pipeline.RunBurst();
                }
            }
            catch (Exception error)
            {
                // Ours, and a bug: the burst is lost, the switch is not. Logged at powers of two, so that it can't fill a disk.
                if (long.IsPow2(++_faults))
                {
                    LogFault(_faults, error);
                }
            }
        }
    }

    /// <param name="maySleep">Nothing is in the round: wait until something is.</param>
    private void Poll(bool maySleep)
    {
        Watch?[] watches = Volatile.Read(ref _watches);
        int timeoutMilliseconds = maySleep ? Timeout.Infinite : 0;
        foreach (AwaitedWatch awaited in Volatile.Read(ref _awaited))
        {
            if (awaited.IsReadyOrArm())
            {
                _pipeline.MarkReady(awaited.Device);
                timeoutMilliseconds = 0;
            }
            else if (timeoutMilliseconds != 0 && awaited.IsPaused)
            {
                timeoutMilliseconds = AwaitedWatch.PauseMilliseconds;
            }
        }

        foreach (EpollReady ready in _epoll.Wait(timeoutMilliseconds))
        {
            int place = (int)ready.Token;
            if ((uint)place < (uint)watches.Length && Volatile.Read(ref watches[place]) is { } watch && watch.Token == ready.Token)
            {
                watch.OnReady(ready.Events);
                _pipeline.MarkReady(watch.Device);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "a worker failed for the {Count}. time, and went on")]
    private partial void LogFault(long count, Exception error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "thread {Name} did not stop in time: a device does not return")]
    private partial void LogStuck(string name);
}
