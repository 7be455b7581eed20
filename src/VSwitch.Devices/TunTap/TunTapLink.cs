using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;

namespace VSwitch.Devices.TunTap;

/// <summary>The interface behind a TAP or TUN, wherever it is. Shared by its queues.</summary>
/// <param name="handle">Any descriptor of the interface.</param>
/// <param name="name">What it is called.</param>
/// <param name="closeQueues">Closes all descriptors; called once.</param>
internal sealed class TunTapLink(SafeFileHandle handle, string name, Action closeQueues) : FollowedLink(name, closeQueues)
{
    private const int MoveAttempts = 8;

    /// <summary>Begins to follow the interface.</summary>
    internal void Start()
    {
        lock (Gate)
        {
            Follow();
        }
    }

    /// <inheritdoc/>
    protected override void NotThere() => Follow();

    /// <summary>Does something to the interface by netlink, in its namespace, and takes over what came of it.</summary>
    internal void Change(Action<RouteNetlink, LinkInfo> change)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        using (NetworkNamespace place = OpenNamespace() ?? throw new LinuxException(Name, "TUNGETDEVNETNS", Errno.ENODEV, "the interface is gone"))
        using (RouteNetlink route = RouteNetlink.Open(place))
        {
            change(route, route.GetLink(TunTapOpener.NameOf(handle) ?? Name));
        }

        LinkChanged();
    }

    // The namespace that the interface is in now; null when it is gone.
    private NetworkNamespace? OpenNamespace()
    {
        int descriptor = Interop.Libc.IoctlValue(handle, Interop.Libc.TUNGETDEVNETNS, 0);
        if (descriptor >= 0)
        {
            return NetworkNamespace.FromHandle(new SafeFileHandle(descriptor, ownsHandle: true), $"of {Name}");
        }

        Errno errno = (Errno)Marshal.GetLastPInvokeError();
        return errno switch
        {
            Errno.EBADFD or Errno.EBADF or Errno.ENODEV => null,
            Errno.EINVAL => null, // the namespace is ending
            Errno.EPERM when TunTapOpener.NameOf(handle) is null => null,
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
                if (place is null || TunTapOpener.NameOf(handle) is not { } name)
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
}
