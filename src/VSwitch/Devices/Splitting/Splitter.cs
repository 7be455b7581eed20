using VSwitch.Frames;

namespace VSwitch.Devices.Splitting;

/// <summary>Makes many devices of one: packets of the backend go to the frontends that a router names, packets of all frontends go to the backend.</summary>
/// <remarks>
/// <para>Backend, router and frontends come and go, from any thread, while packets flow. The backend is owned: replacing, detaching and closing close it.</para>
/// <para>
/// The backend is received from by one loop without a thread of its own. Each frontend has a bounded queue; a slow one loses packets, counted, and stalls nobody.
/// Without a router all packets go to frontend 1.
/// </para>
/// </remarks>
public sealed partial class Splitter : IAsyncDisposable
{
    private readonly SplitterOptions _options;
    private readonly DeviceCapabilities _noCapabilities = new() { BatchSize = SplitterOptions.BatchSize };
    private readonly Lock _configuring = new();
    private readonly SplitFrontend?[] _frontends;
    private readonly List<Task> _closings = []; // of backends that failed: nobody else waits for them
    private ISplitRouter? _router;
    private SplitBackend? _backend;
    private volatile bool _closed;

    /// <summary>Makes a splitter without a backend.</summary>
    /// <param name="options">Kind and sizes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size makes no sense.</exception>
    public Splitter(SplitterOptions? options = null)
    {
        _options = options ?? new SplitterOptions();
        ArgumentException.ThrowIfNullOrWhiteSpace(_options.Name, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Frontends, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Frontends, SplitterOptions.MaxFrontends, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.QueueOctets, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.EmptyMtu, 1, nameof(options));
        _frontends = new SplitFrontend?[_options.Frontends + 1];
    }

    /// <summary>The splitter's name.</summary>
    public string Name => _options.Name;

    /// <summary>What the backend and the frontends carry.</summary>
    public LinkLayer LinkLayer => _options.LinkLayer;

    /// <summary>The highest index of a frontend.</summary>
    public int Frontends => _options.Frontends;

    /// <summary>The device behind the frontends; null for none.</summary>
    public IPacketDevice? Backend => Current?.Device;

    /// <summary>
    /// The way from the backend to the frontends. Received: from backends. Sent: into frontends' queues. Whenever no burst is under way,
    /// ReceivedFrames + Replicated = SentFrames + the sum of all drops.
    /// </summary>
    public TrafficCounters Counters { get; } = new();

    internal bool IsClosed => _closed;

    internal int QueueOctets => _options.QueueOctets;

    internal int Mtu => Current?.Mtu ?? _options.EmptyMtu;

    internal DeviceCapabilities FrontendCapabilities => Current?.FrontendCapabilities ?? _noCapabilities;

    private SplitBackend? Current => Volatile.Read(ref _backend);

    /// <summary>Puts a device behind the frontends. A former one is detached and closed; the call ends when it is. The present one again changes nothing.</summary>
    /// <exception cref="ArgumentNullException">There is no device.</exception>
    /// <exception cref="SplitterClosedException">The splitter is closed; the device is left as it is.</exception>
    /// <exception cref="ArgumentException">The device has another link layer, or yields more packets at once than a batch has.</exception>
    public ValueTask AttachAsync(IPacketDevice backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ThrowIfClosed();
        if (backend.LinkLayer != LinkLayer)
        {
            throw new ArgumentException($"the device carries {backend.LinkLayer} packets, {Name} splits {LinkLayer}", nameof(backend));
        }

        if (backend.Capabilities.BatchSize > SplitterOptions.BatchSize)
        {
            throw new ArgumentException($"the device yields more packets at once than the {SplitterOptions.BatchSize} of {Name}", nameof(backend));
        }

        var next = new SplitBackend(this, backend, Counters);
        SplitBackend? former;
        lock (_configuring)
        {
            ThrowIfClosed();
            if (_backend?.Device == backend)
            {
                return ValueTask.CompletedTask;
            }

            former = Replace(next);
        }

        Changed(former, next);
        _ = PumpAsync(next);
        _ = WatchRoomAsync(next);
        _ = WatchEventsAsync(next);
        return former?.Device.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Takes the device behind the frontends away, if there is one, and closes it. The frontends stay.</summary>
    /// <returns>False when there was none.</returns>
    public async ValueTask<bool> DetachAsync()
    {
        SplitBackend? former;
        lock (_configuring)
        {
            former = Replace(null);
        }

        Changed(former, null);
        if (former is not null)
        {
            await former.Device.DisposeAsync().ConfigureAwait(false);
        }

        return former is not null;
    }

    /// <summary>Makes a new frontend. An earlier one of the same index is closed.</summary>
    /// <param name="index">1 to <see cref="Frontends"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    /// <exception cref="SplitterClosedException">The splitter is closed.</exception>
    public SplitFrontend Get(int index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Frontends);
        ThrowIfClosed();
        var frontend = new SplitFrontend(this, index);
        SplitFrontend? former;
        lock (_configuring)
        {
            ThrowIfClosed();
            former = _frontends[index];
            Volatile.Write(ref _frontends[index], frontend);
        }

        former?.Close();
        return frontend;
    }

    /// <summary>Has a router asked from the next batch on; null sends all packets to frontend 1.</summary>
    public void SetRouter(ISplitRouter? router) => Volatile.Write(ref _router, router);

    /// <summary>Replaces the router.</summary>
    /// <exception cref="ArgumentNullException">There is no router: <see cref="RemoveRouter"/> removes it.</exception>
    public void ResetRouter(ISplitRouter router)
    {
        ArgumentNullException.ThrowIfNull(router);
        SetRouter(router);
    }

    /// <summary>Removes the router: all packets go to frontend 1.</summary>
    public void RemoveRouter() => SetRouter(null);

    /// <summary>Closes the splitter, all frontends and the backend; again is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        SplitBackend? former;
        Task[] closings;
        lock (_configuring)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            former = Replace(null);
            closings = [.. _closings];
        }

        foreach (SplitFrontend? frontend in _frontends)
        {
            frontend?.Close();
        }

        Release(former);
        await Task.WhenAll(closings).ConfigureAwait(false);
        if (former is not null)
        {
            await former.Device.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends packets of a frontend.</summary>
    internal int Send(FrameBatch batch, ReadOnlySpan<int> which)
    {
        if (Current is not { } backend)
        {
            batch.Refusal = DropReason.LinkDown;
            return 0;
        }

        int headroom = backend.Capabilities.SendHeadroom;
        for (int i = 0; headroom > 0 && i < which.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(batch[which[i]].Offset, headroom, nameof(batch));
        }

        try
        {
            return backend.Device.TrySend(batch, which);
        }
        catch (Exception error)
        {
            batch.Refusal = error is ObjectDisposedException ? DropReason.LinkDown : DropReason.DeviceFault;
            backend.Failed(error); // the frontend and its callers go on
            return 0;
        }
    }

    internal ValueTask<bool> WaitToSendAsync(FrontendSession session, CancellationToken cancellationToken)
    {
        SplitBackend? backend;
        ValueTask<bool> wait;
        lock (_configuring)
        {
            backend = _backend;
            wait = session.Senders.Wait(cancellationToken);
            if (backend is not null)
            {
                backend.IsRoomWanted = true;
            }
        }

        backend?.RoomWanted.Signal(true);
        return wait;
    }

    /// <summary>Detaches a backend that failed or was closed by somebody else, and closes it; any thread.</summary>
    internal void Expel(SplitBackend backend)
    {
        lock (_configuring)
        {
            if (backend.IsDetached)
            {
                return;
            }

            Replace(null);
            _closings.RemoveAll(c => c.IsCompleted);
            _closings.Add(CloseQuietlyAsync(backend));
        }

        Changed(backend, null);
    }

    private static async Task CloseQuietlyAsync(SplitBackend backend)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the caller holds the lock
        await backend.Device.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it has failed before, and nobody waits
    }

    private SplitBackend? Replace(SplitBackend? next)
    {
        SplitBackend? former = _backend;
        former?.IsDetached = true;
        Volatile.Write(ref _backend, next);
        return former;
    }

    private void Changed(SplitBackend? former, SplitBackend? next)
    {
        Release(former);
        bool mtuChanged = (former?.Mtu ?? _options.EmptyMtu) != (next?.Mtu ?? _options.EmptyMtu);
        foreach (SplitFrontend? frontend in _frontends)
        {
            if (mtuChanged)
            {
                frontend?.SayMtuChanged();
            }

            if (next is not null)
            {
                frontend?.Session?.Senders.Signal(true);
            }
        }
    }

    /// <summary>Lets the loops of a backend that is no more come to their ends.</summary>
    private static void Release(SplitBackend? former)
    {
        former?.Woken.Signal(false);
        former?.RoomWanted.Signal(false);
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new SplitterClosedException(Name);
        }
    }
}
