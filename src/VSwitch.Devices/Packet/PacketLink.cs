using System.Threading.Channels;
using VSwitch.Devices.Netlink;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Packet;

/// <summary>The interface behind a packet socket: what it is called, whether it is up, and the end of its life.</summary>
/// <remarks>
/// A packet socket is bound to the interface in its namespace: one that is moved to another is as good as deleted, because the kernel takes it off the socket.
/// </remarks>
internal sealed class PacketLink(Action close) : ILinkWatcher
{
    private const int EventCapacity = 64;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private volatile LinkInfo? _state;
    private volatile string? _goneReason;
    private int _closed;

    internal string Name => _state?.Name ?? "";

    internal int Mtu => _state?.Mtu ?? 0;

    internal MacAddress HardwareAddress => _state?.HardwareAddress ?? default;

    internal bool IsUp => _state is { IsUp: true, HasCarrier: true };

    internal ChannelReader<DeviceEvent> Events => _events.Reader;

    internal Task Completion => _completion.Task;

    internal bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Why the device closed itself; null while it has not.</summary>
    internal string? GoneReason => _goneReason;

    /// <summary>Begins to follow the interface.</summary>
    /// <exception cref="LinuxException">There is none of that name.</exception>
    internal LinkInfo Start(NetworkNamespace place, string name)
    {
        lock (_gate)
        {
            LinkInfo state = LinkMonitor.Shared.Watch(this, place, name)
                ?? throw new LinuxException(name, "open", Errno.ENODEV, place.Name.StartsWith("of ", StringComparison.Ordinal)
                    ? "look at: ip link"
                    : $"look at: ip -n {place.Name} link");
            Apply(state);
            return state;
        }
    }

    /// <inheritdoc/>
    public void LinkChanged()
    {
        lock (_gate)
        {
            if (IsClosed)
            {
                return;
            }

            LinkInfo? state = LinkMonitor.Shared.Look(this);
            if (state is null)
            {
                Vanish();
            }
            else
            {
                Apply(state);
            }
        }
    }

    /// <summary>The interface is gone: the device closes itself.</summary>
    internal void Vanish()
    {
        _goneReason ??= $"{Name}: the interface was deleted, or moved to another namespace";
        Close();
    }

    /// <summary>Ends the device, for good; again is fine.</summary>
    internal void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        LinkMonitor.Shared.Forget(this);
        close();
        _events.Writer.TryComplete();
        _completion.TrySetResult();
    }

    private void Apply(LinkInfo state)
    {
        bool wasUp = IsUp;
        int mtu = Mtu;
        _state = state;
        if (mtu != 0 && mtu != state.Mtu)
        {
            _events.Writer.TryWrite(DeviceEvent.MtuChanged);
        }

        if (wasUp != IsUp)
        {
            _events.Writer.TryWrite(IsUp ? DeviceEvent.Up : DeviceEvent.Down);
        }
    }
}
