using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;

namespace VSwitch.Devices.TunTap;

/// <summary>The interface behind a TAP or TUN, wherever it is. Shared by its queues.</summary>
/// <param name="handle">Any descriptor of the interface.</param>
/// <param name="name">What it is called.</param>
/// <param name="endWaits">Ends the waits of all queues.</param>
/// <param name="closeQueues">Closes all descriptors; called once.</param>
internal sealed class TunTapLink(SafeFileHandle handle, string name, Action endWaits, Action closeQueues) : FollowedLink(name, closeQueues)
{
    private const int MoveAttempts = 8;
    private const int Few = 8; // of them the descriptors are closed before the rest would be compiled

    private readonly Action _endWaits = endWaits;

    /// <summary>Begins to follow the interface.</summary>
    internal void Start()
    {
        lock (Gate)
        {
            Follow();
        }
    }

    /// <summary>Closes several at once, in much less time than one after the other.</summary>
    internal static void CloseTogether(IEnumerable<TunTapLink> links)
    {
        TunTapLink[] closing = [.. links.Where(l => l.TryBeginToClose())];
        if (closing.Length > Few)
        {
            Array.ForEach(closing, l => l._endWaits());
            TunTapRemover.RemoveTogether(closing);
        }

        foreach (TunTapLink link in closing)
        {
            link.FinishClosing();
        }
    }

    /// <summary>The interface's name, asked of its descriptor; null when it is gone.</summary>
    internal string? AskName() => TunTapOpener.NameOf(handle);

    /// <inheritdoc/>
    protected override void NotThere() => Follow();

    /// <inheritdoc/>
    protected override void Closing()
    {
        _endWaits(); // first: the end of the interface would look like something to read
        TunTapRemover.Remove(this);
    }

    /// <summary>Does something to the interface by netlink, in its namespace, and takes over what came of it.</summary>
    internal void Change(Action<RouteNetlink, LinkInfo> change)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        using (NetworkNamespace place = OpenNamespace() ?? throw new LinuxException(Name, "TUNGETDEVNETNS", Errno.ENODEV, "the interface is gone"))
        using (RouteNetlink route = RouteNetlink.Open(place))
        {
            change(route, route.GetLink(AskName() ?? Name));
        }

        LinkChanged();
    }

    /// <summary>Opens the namespace that the interface is in now.</summary>
    /// <returns>Null when it is gone.</returns>
    internal NetworkNamespace? OpenNamespace()
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
            Errno.EPERM when AskName() is null => null,
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
                if (place is null || AskName() is not { } name)
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
