namespace VSwitch.Devices.Wrapping;

/// <summary>What all wrappers that are nested around one device share: the device, and one wait for it in each direction.</summary>
#pragma warning disable CA1001 // A source of cancellation without a timer has nothing to dispose of.
internal sealed class DetachedStack
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private DetachedDevice[] _wrappers = [];
    private CancellationTokenSource _stop = new();

    internal DetachedStack(IPacketDevice device)
    {
        Device = device;
        Capabilities = device.Capabilities with { IsNative = false };
        ReceiveWait = new DetachedWait(this, sends: false);
        SendWait = new DetachedWait(this, sends: true);
    }

    internal IPacketDevice Device { get; }

    internal DeviceCapabilities Capabilities { get; }

    internal DetachedWait ReceiveWait { get; }

    internal DetachedWait SendWait { get; }

    /// <summary>The wrappers that are not closed.</summary>
    internal ReadOnlySpan<DetachedDevice> Wrappers => Volatile.Read(ref _wrappers);

    internal void Add(DetachedDevice wrapper)
    {
        lock (_lock)
        {
            _wrappers = [.. _wrappers, wrapper];
        }
    }

    internal void Remove(DetachedDevice wrapper)
    {
        lock (_lock)
        {
            _wrappers = [.. _wrappers.Where(w => w != wrapper)];
        }
    }

    /// <summary>A wrapper went up or down, or was closed: ends the waits that can't go on.</summary>
    internal void OnChanged(DetachedDevice changed)
    {
        bool isUsed = false;
        foreach (DetachedDevice wrapper in Wrappers)
        {
            if (wrapper.IsOnTopOf(changed))
            {
                wrapper.EndWaits();
            }

            isUsed |= wrapper.State == DetachState.Up;
        }

        if (!isUsed)
        {
            LetGo();
        }
    }

    /// <summary>What cancels waits inside the device.</summary>
    internal CancellationToken TakeToken()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                _stop = new CancellationTokenSource();
            }

            return _stop.Token;
        }
    }

    /// <summary>Nobody can use the device by this stack: waits inside it end, where it lets them.</summary>
    private void LetGo()
    {
        CancellationTokenSource stop;
        lock (_lock)
        {
            stop = _stop;
        }

        try
        {
            stop.Cancel();
        }
        catch (AggregateException)
        {
            // The device's own callbacks threw: its business.
        }
    }
}
