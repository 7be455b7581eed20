using System.Runtime.CompilerServices;

namespace VSwitch.Devices.Joining;

/// <content>Who is attached: one thread at a time, under a lock, in which no device is called.</content>
public sealed partial class Joiner
{
    private readonly Lock _configuring = new();
    private readonly Dictionary<IPacketDevice, NestedDevice> _nested = new(ReferenceEqualityComparer.Instance);
    private readonly PortTable _places = new();
    private readonly List<Task> _closings = []; // of devices that failed: nobody else waits for them
    private NestedDevice? _default;
    private volatile bool _closed;

    /// <summary>The devices that are attached now, the default among them.</summary>
    public IReadOnlyList<IPacketDevice> Devices => [.. Model.Devices.Select(d => d.Device)];

    /// <summary>The device for packets with a destination that is not known; null for none.</summary>
    public IPacketDevice? DefaultDevice => Model.Default?.Device;

    internal bool IsClosed => _closed;

    /// <summary>Attaches a device as the default. A former default is detached and closed; the call ends when it is.</summary>
    /// <exception cref="ArgumentNullException">There is no device.</exception>
    /// <exception cref="JoinerClosedException">The joiner is closed; the device is left as it is.</exception>
    /// <exception cref="DuplicateDeviceException">The device is attached already.</exception>
    /// <exception cref="ArgumentException">The device has another link layer, or yields more frames at once than the joiner's batch has.</exception>
    public ValueTask AttachDefaultAsync(IPacketDevice device) => Attach(device, isDefault: true)?.Device.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Attaches a device beside the default.</summary>
    /// <inheritdoc cref="AttachDefaultAsync" path="/exception"/>
    public void AttachSecondary(IPacketDevice device) => Attach(device, isDefault: false);

    /// <summary>Detaches a device and closes it. What was learned behind it is forgotten.</summary>
    /// <returns>False when it was not attached: it is left as it is.</returns>
    public async ValueTask<bool> DetachAsync(IPacketDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        NestedDevice? nested;
        lock (_configuring)
        {
            if (_nested.TryGetValue(device, out nested))
            {
                Remove(nested);
                Publish();
            }
        }

        if (nested is null)
        {
            return false;
        }

        await nested.Device.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Detaches the default device, if there is one, and closes it.</summary>
    /// <returns>False when there was none.</returns>
    public ValueTask<bool> DetachDefaultAsync() => DefaultDevice is { } device ? DetachAsync(device) : new(false);

    /// <summary>Closes the joiner and all devices that are attached; again is fine.</summary>
    /// <exception cref="AggregateException">Devices failed to close; the others are closed.</exception>
    public async ValueTask DisposeAsync()
    {
        List<Task> closings;
        lock (_configuring)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            closings = [.. _nested.Values.ToArray().Select(Remove).Select(CloseAsync), .. _closings];
            Publish();
        }

        lock (_readying)
        {
            _ready.Clear();
        }

        _receivers.Signal(false);
        _events.Writer.TryComplete();
        Task all = Task.WhenAll(closings);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (all.Exception is { } failures)
        {
            throw failures;
        }
    }

    /// <summary>Detaches a device that failed or was closed by somebody else, and closes it; any thread.</summary>
    internal void Expel(NestedDevice device)
    {
        lock (_configuring)
        {
            if (device.IsDetached)
            {
                return;
            }

            Remove(device);
            Publish();
            _closings.RemoveAll(c => c.IsCompleted);
            _closings.Add(CloseQuietlyAsync(device));
        }
    }

    /// <summary>A device has said that something changed.</summary>
    internal void Changed(NestedDevice device, DeviceEvent change, int mtu)
    {
        lock (_configuring)
        {
            device.IsUp = change switch
            {
                DeviceEvent.Up => true,
                DeviceEvent.Down => false,
                _ => device.IsUp,
            };
            device.Mtu = mtu;
            if (!device.IsDetached)
            {
                Publish();
            }
        }

        if (change == DeviceEvent.Up)
        {
            device.WakeUp();
        }
    }

    // Without the thread that calls: it may hold a lock, or be in the midst of a receive.
    private static async Task CloseAsync(NestedDevice device)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await device.Device.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CloseQuietlyAsync(NestedDevice device) =>
        await CloseAsync(device).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it has failed before, and nobody waits

    /// <returns>The former default, to be closed.</returns>
    private NestedDevice? Attach(IPacketDevice device, bool isDefault)
    {
        ArgumentNullException.ThrowIfNull(device);
        ThrowIfClosed();
        Check(device);
        NestedDevice nested = new(this, device, default, Counters);
        NestedDevice? former = null;
        lock (_configuring)
        {
            ThrowIfClosed();
            if (_nested.ContainsKey(device))
            {
                throw new DuplicateDeviceException(Name, nameof(device));
            }

            nested.Port = _places.Take();
            if (isDefault)
            {
                former = _default is null ? null : Remove(_default);
                _default = nested;
            }

            _nested.Add(device, nested);
            Publish();
        }

        nested.WatchEvents();
        nested.Wait();
        return former;
    }

    private void Check(IPacketDevice device)
    {
        if (device.LinkLayer != LinkLayer)
        {
            throw new ArgumentException($"the device carries {device.LinkLayer} packets, {Name} joins {LinkLayer}", nameof(device));
        }

        if (device.Capabilities.BatchSize > _options.BatchSize)
        {
            throw new ArgumentException($"the device yields more packets at once than the {_options.BatchSize} of {Name}", nameof(device));
        }
    }

    private NestedDevice Remove(NestedDevice device)
    {
        device.IsDetached = true;
        _nested.Remove(device.Device);
        _default = _default == device ? null : _default;
        return device;
    }

    private void Publish()
    {
        JoinerModel before = Model;
        var model = new JoinerModel(_nested.Values, _default, _options);
        Model = model;
        foreach (NestedDevice device in before.Devices)
        {
            if (device.IsDetached)
            {
                _addresses.Forget(device.Port); // only now: nobody finds it any more
                _places.Return(device.Port);
                Interlocked.CompareExchange(ref _congested, null, device);
            }
        }

        if (model.IsUp != before.IsUp)
        {
            _events.Writer.TryWrite(model.IsUp ? DeviceEvent.Up : DeviceEvent.Down);
        }

        if (model.Mtu != before.Mtu)
        {
            _events.Writer.TryWrite(DeviceEvent.MtuChanged);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForAsync(NestedDevice device, CancellationToken cancellationToken)
    {
        try
        {
            await device.Device.WaitToSendAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            device.Failed(error);
        }

        Interlocked.CompareExchange(ref _congested, null, device);
        return !_closed;
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new JoinerClosedException(Name);
        }
    }
}
