using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices.Splitting;

/// <summary>One of the devices that a <see cref="Splitter"/> makes of its backend.</summary>
/// <remarks>
/// <see cref="Up"/>, <see cref="Down"/> and closing touch this frontend only. While it is down, receiving, sending and waiting throw <see cref="DeviceDownException"/>, and
/// packets that are routed to it are dropped. Receiving is for one thread at a time.
/// </remarks>
public sealed class SplitFrontend : IPacketDevice, IMayBeDown
{
    private readonly Splitter _splitter;
    private readonly Lock _changing = new();
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly WaitSource _changes = new();
    private FrontendSession? _session;
    private bool _closed;

    internal SplitFrontend(Splitter splitter, int index)
    {
        _splitter = splitter;
        Index = index;
        Name = $"{splitter.Name}.{index}";
        Up();
    }

    /// <summary>Its number, from 1.</summary>
    public int Index { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkLayer LinkLayer => _splitter.LinkLayer;

    /// <summary>The backend's, save for the batch, which is constant, and for <see cref="DeviceCapabilities.IsNative"/>, which is false.</summary>
    public DeviceCapabilities Capabilities => _splitter.FrontendCapabilities;

    /// <summary>The backend's.</summary>
    public int Mtu => _splitter.Mtu;

    /// <summary>Always null: the backend's descriptor is not a frontend's to use.</summary>
    public SafeHandle? Handle => null;

    /// <summary>Up and Down of this frontend, MtuChanged of the backend.</summary>
    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Neither down nor closed.</summary>
    public bool IsUp => Session is not null;

    /// <summary>Null while the frontend is down or closed.</summary>
    internal FrontendSession? Session => Volatile.Read(ref _session);

    internal bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Takes packets and waits again after <see cref="Down"/>; nothing when it is up already, or closed.</summary>
    /// <returns>False when it is closed.</returns>
    public bool Up()
    {
        lock (_changing)
        {
            if (!_closed && _session is null)
            {
                Volatile.Write(ref _session, new FrontendSession(Name, Index, _splitter.QueueOctets, _splitter.Counters));
                _events.Writer.TryWrite(DeviceEvent.Up);
                _changes.Signal(true);
            }

            return !_closed;
        }
    }

    /// <summary>Stops this frontend and releases its pending calls; packets that waited for it are lost.</summary>
    public void Down()
    {
        FrontendSession? session;
        lock (_changing)
        {
            session = _session;
            Volatile.Write(ref _session, null);
            if (session is not null)
            {
                _events.Writer.TryWrite(DeviceEvent.Down);
            }
        }

        session?.End();
    }

    /// <inheritdoc/>
    /// <exception cref="SplitterClosedException">The splitter is closed.</exception>
    /// <exception cref="FrontendClosedException">The frontend is closed.</exception>
    /// <exception cref="DeviceDownException">The frontend is down.</exception>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        FrontendSession session = Session ?? throw WhyNot();
        try
        {
            return session.Outside.TryReceive(batch);
        }
        catch (ObjectDisposedException)
        {
            throw WhyNot(); // it went down this very moment
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DeviceDownException">The frontend is down, or went down meanwhile.</exception>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (Session is not { } session)
        {
            return WaitWithoutSession();
        }

        return FinishAsync(session.Outside.WaitToReceiveAsync(cancellationToken));
    }

    /// <summary>Sends packets by the backend. Without a backend none is taken, and <see cref="FrameBatch.Refusal"/> is <see cref="DropReason.LinkDown"/>.</summary>
    /// <inheritdoc cref="TryReceive" path="/exception"/>
    /// <exception cref="ArgumentOutOfRangeException">A packet has less than <see cref="DeviceCapabilities.SendHeadroom"/> octets in front of it; none is sent.</exception>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Session is null ? throw WhyNot() : _splitter.Send(batch, which);
    }

    /// <summary>Waits until there is a backend that can take something.</summary>
    /// <inheritdoc cref="WaitToReceiveAsync" path="/exception"/>
    /// <returns>False when the frontend is closed for good.</returns>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default)
    {
        if (Session is not { } session)
        {
            return WaitWithoutSession();
        }

        ValueTask<bool> wait = _splitter.WaitToSendAsync(session, cancellationToken);
        if (Session != session)
        {
            session.Senders.Signal(false); // it ended before we waited
        }

        return FinishAsync(wait);
    }

    /// <summary>Closes this frontend for good; again is fine. Its splitter can make another of the same index.</summary>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    Task<bool>? IMayBeDown.WaitUntilUp(CancellationToken cancellationToken) => WaitUntilUpAsync(cancellationToken).AsTask();

    internal void Close()
    {
        FrontendSession? session;
        lock (_changing)
        {
            session = _session;
            Volatile.Write(ref _session, null);
            Volatile.Write(ref _closed, true);
        }

        session?.End();
        _changes.Signal(true);
        _events.Writer.TryComplete();
    }

    internal void SayMtuChanged() => _events.Writer.TryWrite(DeviceEvent.MtuChanged);

    private async ValueTask<bool> WaitUntilUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ValueTask<bool> change;
            lock (_changing)
            {
                if (_closed || _session is not null)
                {
                    return !_closed;
                }

                change = _changes.Wait(cancellationToken);
            }

            await change.ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FinishAsync(ValueTask<bool> wait)
    {
        bool open = await wait.ConfigureAwait(false);
        return open || (IsClosed ? false : throw new DeviceDownException(Name));
    }

    // Not WhyNot: it may be closed between two looks, and of a wait that is no exception.
    private ValueTask<bool> WaitWithoutSession() => IsClosed ? new(false) : ValueTask.FromException<bool>(new DeviceDownException(Name));

    private ObjectDisposedException WhyNot() =>
        _splitter.IsClosed ? new SplitterClosedException(_splitter.Name)
        : IsClosed ? new FrontendClosedException(Name)
        : new DeviceDownException(Name);
}
