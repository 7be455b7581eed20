using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;
using VSwitch.Identifiers;

namespace VSwitch.Devices.TunTap;

/// <summary>The interface behind a TAP or TUN: what it is called, whether it is up, where it is, and the end of its life. Shared by its queues.</summary>
internal sealed class TunTapLink : ILinkWatcher
{
    private const int EventCapacity = 64;
    private const int MoveAttempts = 8;

    private readonly SafeFileHandle _handle;
    private readonly Action _closeQueues;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private volatile LinkInfo? _state;
    private volatile string? _goneReason;
    private int _closed;

    // handle: any descriptor of the interface; closeQueues closes all of them, and is called once.
    internal TunTapLink(SafeFileHandle handle, string name, Action closeQueues)
    {
        _handle = handle;
        _closeQueues = closeQueues;
        Name = name;
    }

    internal string Name { get; private set; }

    internal int Mtu => _state?.Mtu ?? 0;

    internal MacAddress HardwareAddress => _state?.HardwareAddress ?? default;

    internal bool IsUp => _state is { IsUp: true, HasCarrier: true };

    internal ChannelReader<DeviceEvent> Events => _events.Reader;

    internal Task Completion => _completion.Task;

    internal bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Why the device closed itself; null while it has not.</summary>
    internal string? GoneReason => _goneReason;

    /// <summary>Begins to follow the interface.</summary>
    internal void Start()
    {
        lock (_gate)
        {
            Follow();
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

            // Not where it was: deleted, or moved to another namespace by whoever.
            LinkInfo? state = LinkMonitor.Shared.Look(this);
            if (state is null)
            {
                Follow();
            }
            else
            {
                Apply(state);
            }
        }
    }

    /// <summary>Does something to the interface by netlink, in its namespace, and takes over what came of it.</summary>
    internal void Change(Action<RouteNetlink, LinkInfo> change)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        using (NetworkNamespace place = OpenNamespace() ?? throw new LinuxException(Name, "TUNGETDEVNETNS", Errno.ENODEV, "the interface is gone"))
        using (RouteNetlink route = RouteNetlink.Open(place))
        {
            change(route, route.GetLink(TunTapOpener.NameOf(_handle) ?? Name));
        }

        LinkChanged();
    }

    /// <summary>The data path found the interface gone: the device closes itself.</summary>
    internal void Vanish(string reason)
    {
        _goneReason ??= $"{Name}: {reason}";
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
        _closeQueues();
        _events.Writer.TryComplete();
        _completion.TrySetResult();
    }

    // The namespace that the interface is in now; null when it is gone.
    private NetworkNamespace? OpenNamespace()
    {
        int descriptor = Interop.Libc.IoctlValue(_handle, Interop.Libc.TUNGETDEVNETNS, 0);
        if (descriptor >= 0)
        {
            return NetworkNamespace.FromHandle(new SafeFileHandle(descriptor, ownsHandle: true), $"of {Name}");
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno switch
        {
            Errno.EBADFD or Errno.EBADF or Errno.ENODEV => null,
            Errno.EINVAL => null, // the namespace is ending
            Errno.EPERM when TunTapOpener.NameOf(_handle) is null => null,
            Errno.EPERM => NetworkNamespace.OpenCurrent(), // no CAP_NET_ADMIN, but a persistent interface of one's own
            _ => throw new LinuxException(Name, "TUNGETDEVNETNS", errno),
        };
    }

    private void Follow()
    {
        try
        {
            // The interface may be renamed or moved between two questions.
            for (int i = 0; i < MoveAttempts; i++)
            {
                using NetworkNamespace? place = OpenNamespace();
                if (place is null || TunTapOpener.NameOf(_handle) is not { } name)
                {
                    Vanish("the interface was deleted");
                    return;
                }

                if (LinkMonitor.Shared.Watch(this, place, name) is { } state)
                {
                    Apply(state);
                    if (IsClosed)
                    {
                        LinkMonitor.Shared.Forget(this);
                    }

                    return;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }
    }

    private void Apply(LinkInfo state)
    {
        bool wasUp = IsUp;
        int mtu = Mtu;
        _state = state;
        Name = state.Name;
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
