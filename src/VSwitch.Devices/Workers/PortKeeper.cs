using Microsoft.Extensions.Logging;

namespace VSwitch.Devices.Workers;

/// <summary>Looks after one port: passes its device's events on, and opens the device again when it is lost.</summary>
internal sealed partial class PortKeeper(
    SwitchHost host, string name, Func<IPacketDevice> open, PortOptions? options, bool isReopened, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task<(IPacketDevice Device, SwitchPort Port)?> _keeping = Task.FromResult<(IPacketDevice, SwitchPort)?>(null);
    private volatile bool _isLost;

    /// <summary>The device is gone, and could not be opened again yet.</summary>
    internal bool IsLost => _isLost;

    /// <summary>Opens the device and plugs it in.</summary>
    internal void Start()
    {
        (IPacketDevice device, SwitchPort port) = Open();
        _keeping = KeepAsync(device, port);
    }

    /// <summary>Unplugs the port and closes the device.</summary>
    public async ValueTask DisposeAsync()
    {
        if (await StopAsync().ConfigureAwait(false) is { } last)
        {
            host.Unplug(last.Port);
            await CloseAsync(last.Device).ConfigureAwait(false);
        }
    }

    /// <summary>Looks after the port no longer.</summary>
    /// <returns>What is left to be unplugged and closed; null for nothing.</returns>
    internal async Task<(IPacketDevice Device, SwitchPort Port)?> StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        return await _keeping.ConfigureAwait(false);
    }

    /// <summary>Closes a device, whatever it thinks of that.</summary>
    internal async Task CloseAsync(IPacketDevice device)
    {
        try
        {
            await device.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            LogNotClosed(name, error); // a device of somebody else's; the others are to be closed all the same
        }
    }

    private (IPacketDevice Device, SwitchPort Port) Open()
    {
        IPacketDevice device = open();
        try
        {
            return (device, host.Plug(device, name, options));
        }
        catch
        {
            device.DisposeAsync().AsTask().Wait(s_lastRetry);
            throw;
        }
    }

    /// <returns>What is plugged in when we are to stop; null for nothing.</returns>
    private async Task<(IPacketDevice Device, SwitchPort Port)?> KeepAsync(IPacketDevice device, SwitchPort port)
    {
        while (true)
        {
            bool? isLost = await PassEventsOnAsync(device, port).ConfigureAwait(false);
            if (isLost == false)
            {
                return (device, port);
            }

            host.Unplug(port);
            await CloseAsync(device).ConfigureAwait(false);
            if (isLost is null)
            {
                return null;
            }

            _isLost = true;
            LogLost(name);
            if (!isReopened)
            {
                return null;
            }

            if (await ReopenAsync().ConfigureAwait(false) is not { } again)
            {
                return null;
            }

            (device, port) = again;
            _isLost = false;
            LogBack(name);
        }
    }

    /// <returns>True when the device is closed for good, false when we are to stop, null when the port was unplugged behind our back.</returns>
    private async Task<bool?> PassEventsOnAsync(IPacketDevice device, SwitchPort port)
    {
        try
        {
            while (await device.Events.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                host.Switch.Advance();
                if (host.Switch.FindPort(name) != port)
                {
                    return null;
                }
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<(IPacketDevice Device, SwitchPort Port)?> ReopenAsync()
    {
        TimeSpan pause = s_firstRetry;
        string? lastCause = null;
        while (true)
        {
            try
            {
                await Task.Delay(pause, host.Time, _stop.Token).ConfigureAwait(false);
                return Open();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception error)
            {
                // Once for each cause: a namespace may be away for days.
                if (error.Message != lastCause)
                {
                    LogStillLost(name, error.Message);
                    lastCause = error.Message;
                }
            }

            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_lastRetry.Ticks));
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "port {Name}: the device is gone; the port is down until it can be opened again")]
    private partial void LogLost(string name);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "port {Name}: the device is back")]
    private partial void LogBack(string name);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "port {Name}: the device could not be closed")]
    private partial void LogNotClosed(string name, Exception error);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "port {Name}: can't be opened yet: {Cause}")]
    private partial void LogStillLost(string name, string cause);
}
