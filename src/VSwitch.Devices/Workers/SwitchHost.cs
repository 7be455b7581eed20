using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VSwitch.Devices.Workers;

/// <summary>Runs a switch: threads for its pipelines, a timer, and someone who looks after its ports.</summary>
/// <remarks>Ports may be added and removed from any thread. A port whose device is lost is opened again by itself, as soon as that is possible.</remarks>
public sealed partial class SwitchHost : IAsyncDisposable
{
    private readonly VirtualSwitch _switch;
    private readonly ILogger _logger;
    private readonly Worker[] _workers;
    private readonly ITimer _timer;
    private readonly Lock _configuring = new();
    private readonly Lock _ticking = new();
    private readonly Dictionary<string, PortKeeper> _keepers = new(StringComparer.Ordinal);
    private bool _disposed;

    // Of the timer alone:
    private readonly BridgeLog _bridgeLog;
    private readonly SpoofAlarm _spoofAlarm;
    private ReportLimit _conflictReports = new(TimeSpan.FromSeconds(10));
    private TimeSpan _interval;
    private long _conflicts;

    /// <summary>Starts the threads.</summary>
    /// <param name="switch">The switch; its pipelines belong to the host from now on, and so do its <see cref="VirtualSwitch.BridgeEvents"/>: it logs them.</param>
    /// <param name="workers">Threads that forward; null for one a core.</param>
    /// <param name="logger">Hears of ports that come and go, and of what the bridge does by itself; never of frames.</param>
    /// <param name="time">Drives ageing and retries; null for the system's clock.</param>
    /// <param name="busyPoll">How long a thread goes on looking for frames before it sleeps: less latency for more CPU time. Zero: not at all.</param>
    public SwitchHost(
        VirtualSwitch @switch, int? workers = null, ILogger<SwitchHost>? logger = null, TimeProvider? time = null, TimeSpan busyPoll = default)
    {
        ArgumentNullException.ThrowIfNull(@switch);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers ?? 1, 1, nameof(workers));
        ArgumentOutOfRangeException.ThrowIfLessThan(busyPoll, TimeSpan.Zero);
        _switch = @switch;
        _logger = new GuardedLogger(logger ?? NullLogger<SwitchHost>.Instance);
        Time = time ?? TimeProvider.System;
        _workers = [.. Enumerable.Range(0, workers ?? Environment.ProcessorCount)
            .Select(i => new Worker(i, @switch.CreatePipeline(), new BusyPoll(busyPoll, TimeProvider.System), _logger))];
        foreach (Worker worker in _workers)
        {
            worker.Start();
        }

        _bridgeLog = new BridgeLog(_logger, Time);
        _spoofAlarm = new SpoofAlarm(_logger, Time);
        _interval = @switch.AdvanceInterval;
        _timer = Time.CreateTimer(static s => ((SwitchHost)s!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(_interval, _interval); // not before: a tick needs the timer
    }

    /// <summary>The switch.</summary>
    public VirtualSwitch Switch => _switch;

    /// <summary>Names of ports whose device is gone and could not be opened again yet; they are not among the switch's ports.</summary>
    public IReadOnlyList<string> LostPorts
    {
        get
        {
            lock (_configuring)
            {
                return [.. _keepers.Where(k => k.Value.IsLost).Select(k => k.Key).Order(StringComparer.Ordinal)];
            }
        }
    }

    internal TimeProvider Time { get; }

    /// <summary>Opens a device and plugs it in; if it is lost later, it is opened again in the same way.</summary>
    /// <param name="name">The port's name, unique in the switch.</param>
    /// <param name="open">Opens the device; its exceptions, the first time, are the caller's.</param>
    /// <param name="options">What the device does not say itself; null for the defaults.</param>
    public void AddPort(string name, Func<IPacketDevice> open, PortOptions? options = null) => AddPort(name, open, options, isReopened: true);

    private void AddPort(string name, Func<IPacketDevice> open, PortOptions? options, bool isReopened)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(open);
        lock (_configuring)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_keepers.ContainsKey(name))
            {
                throw new ArgumentException($"port {name} is in the switch already", nameof(name));
            }

            var keeper = new PortKeeper(this, name, open, options, isReopened, _logger);
            keeper.Start();
            _keepers.Add(name, keeper);
        }
    }

    /// <summary>Plugs a device in that the host will own, and not open again.</summary>
    public void AddPort(IPacketDevice device, string? name = null, PortOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        AddPort(name ?? device.Name, () => device, options, isReopened: false);
    }

    /// <summary>Unplugs a port and closes its device.</summary>
    /// <returns>False when there is no such port.</returns>
    public async ValueTask<bool> RemovePortAsync(string name)
    {
        PortKeeper? keeper;
        lock (_configuring)
        {
            if (!_keepers.Remove(name, out keeper))
            {
                return false;
            }
        }

        await keeper.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends the threads, unplugs all ports and closes their devices.</summary>
    public async ValueTask DisposeAsync()
    {
        PortKeeper[] keepers;
        lock (_configuring)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            keepers = [.. _keepers.Values];
            _keepers.Clear();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await CloseAsync(keepers).ConfigureAwait(false);
        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }

    // All at once: one after the other, each would have a model of its own, and a wait of the kernel's.
    private async Task CloseAsync(PortKeeper[] keepers)
    {
        var last = new List<(PortKeeper Keeper, IPacketDevice Device, SwitchPort Port)>();
        foreach (PortKeeper keeper in keepers)
        {
            if (await keeper.StopAsync().ConfigureAwait(false) is { } left)
            {
                last.Add((keeper, left.Device, left.Port));
            }
        }

        _switch.RemovePorts([.. last.Select(l => l.Port)]);
        foreach ((_, _, SwitchPort port) in last)
        {
            Detach(port);
        }

        IPacketDevice[] devices = [.. last.Select(l => l.Device)];
        devices.OfType<IClosesTogether>().FirstOrDefault()?.CloseTogether(devices);
        foreach ((PortKeeper keeper, IPacketDevice device, _) in last)
        {
            await keeper.CloseAsync(device).ConfigureAwait(false);
        }
    }

    private void Tick()
    {
        if (!_ticking.TryEnter())
        {
            return; // the tick before takes its time
        }

        try
        {
            _switch.Advance();
            if (_switch.AdvanceInterval is var interval && interval != _interval)
            {
                _interval = interval;
                _timer.Change(interval, interval);
            }

            _bridgeLog.Tell(_switch.BridgeEvents);
            _spoofAlarm.Check(_switch.Ports);
            TellConflicts();
        }
        finally
        {
            _ticking.Exit();
        }
    }

    private void TellConflicts()
    {
        long conflicts = _switch.Neighbors.Conflicts;
        if (conflicts > _conflicts && _conflictReports.TryPass(Time))
        {
            LogConflicts(conflicts - _conflicts);
            _conflicts = conflicts;
        }
    }

    /// <summary>Plugs a device into the switch and gives each of its queues to a worker.</summary>
    internal SwitchPort Plug(IPacketDevice device, string name, PortOptions? options)
    {
        SwitchPort port = _switch.AddPort(device, name, options);
        try
        {
            foreach (AttachedDevice queue in port.Queues)
            {
                Worker worker = port.Queues.Count > 1 ? _workers[queue.Queue % _workers.Length] : _workers.MinBy(w => w.Load)!;
                worker.Attach(queue);
            }
        }
        catch
        {
            Unplug(port);
            throw;
        }

        return port;
    }

    internal void Unplug(SwitchPort port)
    {
        _switch.RemovePort(port);
        Detach(port);
    }

    private void Detach(SwitchPort port)
    {
        foreach (AttachedDevice queue in port.Queues)
        {
            foreach (Worker worker in _workers)
            {
                worker.Detach(queue);
            }
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "an IP address is claimed by two stations, {Count} times since the last report: it goes to the last; a neighbour guard would leave it with the first")]
    private partial void LogConflicts(long count);
}
