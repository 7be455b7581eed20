using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices.Wrapping;

/// <summary>A device that can be taken down and closed without touching the device that it wraps.</summary>
/// <remarks>
/// While it is down every call ends with <see cref="DeviceDownException"/>, pending waits included; once closed, with
/// <see cref="DeviceClosedException"/>, and waits end with false. Wrappers of wrappers share one <see cref="DetachedStack"/>: the wrapped device is called
/// directly, however deep they are nested, and a wrapper passes frames only while those below it are up, too. Use one stack for a device at a time:
/// two would take frames from each other.
/// </remarks>
public sealed class DetachedDevice : IPacketDevice, IMayBeDown
{
    private const string Kind = nameof(DetachedDevice);

    private readonly DetachedDevice? _below;
    private readonly IPacketDevice _device; // of the stack, here for speed
    private int _state;

    /// <summary>Wraps a device; the wrapper begins up.</summary>
    /// <exception cref="DeviceClosedException">It is a wrapper that is closed.</exception>
    public DetachedDevice(IPacketDevice device)
        : this(device, mayBeClosed: false)
    {
    }

    private DetachedDevice(IPacketDevice device, bool mayBeClosed)
    {
        ArgumentNullException.ThrowIfNull(device);
        _below = device as DetachedDevice;
        if (!mayBeClosed && _below?.State == DetachState.Closed)
        {
            throw new DeviceClosedException(Kind);
        }

        Stack = _below?.Stack ?? new DetachedStack(device);
        _device = Stack.Device;
        Stack.Add(this);
    }

    /// <summary>This wrapper is up; those below it may be down all the same.</summary>
    public bool IsUp => Volatile.Read(ref _state) == (int)DetachState.Up;

    /// <inheritdoc/>
    public string Name => _device.Name;

    /// <inheritdoc/>
    public LinkLayer LinkLayer => _device.LinkLayer;

    /// <summary>The wrapped device's, but never native: going to the descriptor would bypass the wrapper.</summary>
    public DeviceCapabilities Capabilities => Stack.Capabilities;

    /// <inheritdoc/>
    public int Mtu => _device.Mtu;

    /// <summary>The wrapped device's.</summary>
    public SafeHandle? Handle => _device.Handle;

    /// <summary>The wrapped device's: what happens to the wrapper is not among them.</summary>
    public ChannelReader<DeviceEvent> Events => _device.Events;

    /// <summary>One for all wrappers of a device that are nested.</summary>
    internal DetachedStack Stack { get; }

    internal WaitSource Receivers { get; } = new();

    internal WaitSource Senders { get; } = new();

    private WaitSource Changes { get; } = new();

    /// <summary>Of this wrapper and those below it: closed if one is closed, else down if one is down.</summary>
    internal DetachState State
    {
        get
        {
            int state = 0;
            for (DetachedDevice? wrapper = this; wrapper is not null; wrapper = wrapper._below)
            {
                state = Math.Max(state, Volatile.Read(ref wrapper._state));
            }

            return (DetachState)state;
        }
    }

    /// <summary>Wraps a device that somebody else may close at any moment, this one included: then the wrapper is closed from the start.</summary>
    internal static DetachedDevice Around(IPacketDevice device) => new(device, mayBeClosed: true);

    /// <summary>Lets frames pass again.</summary>
    /// <exception cref="DeviceClosedException">The wrapper is closed.</exception>
    public void Up() => Change(DetachState.Up);

    /// <summary>Lets no frames pass, and ends pending waits with <see cref="DeviceDownException"/>. The wrapped device is not touched.</summary>
    /// <exception cref="DeviceClosedException">The wrapper is closed.</exception>
    public void Down() => Change(DetachState.Down);

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        ThrowUnlessUp();
        return _device.TryReceive(batch);
    }

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ThrowUnlessUp();
        return _device.TrySend(batch, which);
    }

    /// <summary>Waits until there is something to receive; ends at once when the token, the wrapper or one below says so, whatever the wrapped device does.</summary>
    /// <returns>False when the wrapper or the wrapped device is closed for good.</returns>
    /// <exception cref="DeviceDownException">The wrapper or one below is down, or went down.</exception>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) =>
        WaitAsync(Receivers, Stack.ReceiveWait, cancellationToken);

    /// <summary>Waits until the device can take something; ends at once when the token, the wrapper or one below says so, whatever the wrapped device does.</summary>
    /// <returns>False when the wrapper or the wrapped device is closed for good.</returns>
    /// <exception cref="DeviceDownException">The wrapper or one below is down, or went down.</exception>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) =>
        WaitAsync(Senders, Stack.SendWait, cancellationToken);

    /// <summary>Waits until the wrapper and those below it are up.</summary>
    /// <returns>False when one of them is closed for good.</returns>
    public async ValueTask<bool> WaitUntilUpAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ValueTask<bool> change = Changes.Wait(cancellationToken);
            Interlocked.MemoryBarrier(); // the wait is seen by whoever changes the state from here on
            if (State is var state and not DetachState.Down)
            {
                Changes.Signal(true);
                await change.ConfigureAwait(false);
                return state == DetachState.Up;
            }

            await change.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    Task<bool>? IMayBeDown.WaitUntilUp(CancellationToken cancellationToken) => WaitUntilUpAsync(cancellationToken).AsTask();

    /// <summary>Closes this wrapper for good and ends its waits; the wrapped device stays open.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _state, (int)DetachState.Closed) != (int)DetachState.Closed)
        {
            Stack.OnChanged(this);
            Stack.Remove(this);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a change of <paramref name="wrapper"/> concerns this one.</summary>
    internal bool IsOnTopOf(DetachedDevice wrapper)
    {
        for (DetachedDevice? own = this; own is not null; own = own._below)
        {
            if (own == wrapper)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells those who wait of a change of state.</summary>
    internal void EndWaits()
    {
        EndWaitIfNotUp(Receivers);
        EndWaitIfNotUp(Senders);
        Changes.Signal(true);
    }

    private void Change(DetachState to)
    {
        int before;
        do
        {
            before = Volatile.Read(ref _state);
            if (before == (int)DetachState.Closed)
            {
                throw new DeviceClosedException(Kind);
            }
        }
        while (Interlocked.CompareExchange(ref _state, (int)to, before) != before);
        if (before != (int)to)
        {
            Stack.OnChanged(this);
        }
    }

    private ValueTask<bool> WaitAsync(WaitSource source, DetachedWait wait, CancellationToken cancellationToken)
    {
        switch (State)
        {
            case DetachState.Closed:
                return new(false);
            case DetachState.Down:
                return ValueTask.FromException<bool>(new DeviceDownException(Kind));
        }

        ValueTask<bool> result = source.Wait(cancellationToken);
        Interlocked.MemoryBarrier(); // the wait is seen by whoever changes the state from here on
        EndWaitIfNotUp(source);
        wait.Begin();
        return result;
    }

    private void EndWaitIfNotUp(WaitSource source)
    {
        switch (State)
        {
            case DetachState.Closed:
                source.Signal(false);
                break;
            case DetachState.Down:
                source.Fail(new DeviceDownException(Kind));
                break;
        }
    }

    private void ThrowUnlessUp()
    {
        if (State is var state and not DetachState.Up)
        {
            throw state == DetachState.Down ? new DeviceDownException(Kind) : new DeviceClosedException(Kind);
        }
    }
}
