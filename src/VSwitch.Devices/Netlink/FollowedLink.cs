using System.Threading.Channels;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Netlink;

/// <summary>The interface behind a device: what it is called, whether it is up, and the end of its life.</summary>
/// <param name="name">What it is called until more is known.</param>
/// <param name="close">Closes the device's descriptors; called once.</param>
internal abstract class FollowedLink(string name, Action close) : ILinkWatcher
{
    private const int EventCapacity = 64;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private volatile LinkInfo? _state;
    private volatile string? _goneReason;
    private int _closed;

    internal string Name => _state?.Name ?? name;

    internal int Mtu => _state?.Mtu ?? 0;

    internal MacAddress HardwareAddress => _state?.HardwareAddress ?? default;

    internal bool IsUp => _state is { IsUp: true, HasCarrier: true };

    internal ChannelReader<DeviceEvent> Events => _events.Reader;

    internal Task Completion => _completion.Task;

    internal bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Why the device closed itself; null while it has not.</summary>
    internal string? GoneReason => _goneReason;

    /// <summary>Held while the interface is looked at.</summary>
    protected Lock Gate { get; } = new();

    /// <inheritdoc/>
    public void LinkChanged()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return;
            }

            if (LinkMonitor.Shared.Look(this) is { } state)
            {
                Apply(state);
            }
            else
            {
                NotThere();
            }
        }
    }

    /// <summary>The interface is gone: the device closes itself.</summary>
    internal void Vanish(string reason)
    {
        if (TryBeginToClose())
        {
            _goneReason = $"{Name}: {reason}";
            FinishClosing();
        }
    }

    /// <summary>Ends the device, for good; again is fine.</summary>
    internal void Close()
    {
        if (TryBeginToClose())
        {
            Closing();
            FinishClosing();
        }
    }

    /// <summary>From now on the device is closed for those who ask; the descriptors are still open.</summary>
    /// <returns>True for one caller, who finishes it.</returns>
    protected bool TryBeginToClose() => Interlocked.Exchange(ref _closed, 1) == 0;

    /// <summary>Closes the descriptors and tells whoever waits.</summary>
    protected void FinishClosing()
    {
        LinkMonitor.Shared.Forget(this);
        close();
        _events.Writer.TryComplete();
        _completion.TrySetResult();
    }

    /// <summary>The descriptors are about to be closed, by whoever owns the device.</summary>
    protected virtual void Closing()
    {
    }

    /// <summary>The interface is not where it was: deleted, renamed or moved by whoever. The gate is held.</summary>
    protected abstract void NotThere();

    /// <summary>Takes over what was found. The gate is held.</summary>
    protected void Apply(LinkInfo state)
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
