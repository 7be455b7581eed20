using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices.Wrapping;

/// <summary>A device that tells of every receive and every send of the device it wraps; what these give passes through unchanged.</summary>
/// <remarks>Callbacks run on the thread of the call, with no lock held; what they throw goes to the caller. Disposing it closes the wrapped device.</remarks>
public sealed class CallbackDevice : IPacketDevice, IMayBeDown
{
    private readonly IPacketDevice _device;
    private readonly DeviceCapabilities _watched;
    private volatile Action<int, Exception?>? _onReceive;
    private volatile Action<int, Exception?>? _onSend;

    /// <summary>Wraps a device.</summary>
    public CallbackDevice(IPacketDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _watched = device.Capabilities with { IsNative = false };
    }

    /// <summary>Called after each receive with the number of frames, 0 included, and the error when it threw one.</summary>
    public Action<int, Exception?>? OnReceive
    {
        get => _onReceive;
        set => _onReceive = value;
    }

    /// <summary>Called after each send with the number of frames taken, 0 included, and the error when it threw one.</summary>
    public Action<int, Exception?>? OnSend
    {
        get => _onSend;
        set => _onSend = value;
    }

    /// <inheritdoc/>
    public string Name => _device.Name;

    /// <inheritdoc/>
    public LinkLayer LinkLayer => _device.LinkLayer;

    /// <summary>The wrapped device's; not native while a callback is set, which going to the descriptor would bypass.</summary>
    public DeviceCapabilities Capabilities => _onReceive is null && _onSend is null ? _device.Capabilities : _watched;

    /// <inheritdoc/>
    public int Mtu => _device.Mtu;

    /// <inheritdoc/>
    public SafeHandle? Handle => _device.Handle;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _device.Events;

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int before = batch.Count;
        int received;
        try
        {
            received = _device.TryReceive(batch);
        }
        catch (Exception error)
        {
            _onReceive?.Invoke(batch.Count - before, error);
            throw;
        }

        _onReceive?.Invoke(received, null);
        return received;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => _device.WaitToReceiveAsync(cancellationToken);

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        int taken;
        try
        {
            taken = _device.TrySend(batch, which);
        }
        catch (Exception error)
        {
            _onSend?.Invoke(0, error);
            throw;
        }

        _onSend?.Invoke(taken, null);
        return taken;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => _device.WaitToSendAsync(cancellationToken);

    /// <inheritdoc/>
    Task<bool>? IMayBeDown.WaitUntilUp(CancellationToken cancellationToken) => (_device as IMayBeDown)?.WaitUntilUp(cancellationToken);

    /// <summary>Closes the wrapped device.</summary>
    public ValueTask DisposeAsync() => _device.DisposeAsync();
}
