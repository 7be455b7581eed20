using VSwitch.Devices.Netlink;

namespace VSwitch.Devices.TunTap;

/// <summary>Deletes the interfaces of devices that close, before their descriptors are closed.</summary>
/// <remarks>
/// An interface that is not persistent goes with its last descriptor in any case: but one by one, each waiting for an RCU grace period (about 20 ms), and on the
/// thread that lets go of it last, which may be that of a worker in the middle of a burst. Interfaces of one group are deleted together, with one wait for all.
/// What can't be deleted here goes with its descriptor. Source: rtnl_group_dellink in net/core/rtnetlink.c, tun_chr_close in drivers/net/tun.c.
/// </remarks>
internal static class TunTapRemover
{
    private const int MaxThreads = 16;              // namespaces wait for grace periods beside each other
    private const int FirstGroup = 0x4000_0000;     // groups by chance from here on: people and programs number theirs from 1

    internal static void Remove(TunTapLink link)
    {
        try
        {
            using NetworkNamespace? target = link.OpenNamespace();
            if (target is not null)
            {
                using RouteNetlink route = RouteNetlink.Open(target);
                if (Find(link, route) is { } found)
                {
                    route.Delete(found);
                }
            }
        }
        catch (Exception error) when (error is LinuxException or ObjectDisposedException)
        {
            // No right to, or gone: the descriptors will do.
        }
    }

    internal static void RemoveTogether(IReadOnlyList<TunTapLink> links)
    {
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        try
        {
            foreach (TunTapLink link in links)
            {
                Sort(link, places);
            }

            RemoveAll(new Queue<Place>(places.Values));
        }
        finally
        {
            foreach (Place place in places.Values)
            {
                place.Namespace.Dispose();
            }
        }
    }

    private static void Sort(TunTapLink link, Dictionary<string, Place> places)
    {
        try
        {
            if (link.OpenNamespace() is not { } target)
            {
                return; // gone
            }

            if (places.TryGetValue(target.Identity, out Place? place))
            {
                target.Dispose();
            }
            else
            {
                places.Add(target.Identity, place = new Place(target, []));
            }

            place.Links.Add(link);
        }
        catch (Exception error) when (error is LinuxException or ObjectDisposedException)
        {
            // Its descriptor will do.
        }
    }

    // The first thread is the caller's.
    private static void RemoveAll(Queue<Place> places)
    {
        Thread[] others = [.. Enumerable.Range(1, Math.Max(0, Math.Min(MaxThreads, places.Count) - 1))
            .Select(_ => new Thread(Work, maxStackSize: 256 * 1024) { IsBackground = true, Name = "vswitch-netns" })];
        int started = 0;
        try
        {
            for (; started < others.Length; started++)
            {
                others[started].UnsafeStart();
            }
        }
        catch (OutOfMemoryException)
        {
            // What .NET says of any thread that can't be started: fewer do it, too.
        }

        Work();
        foreach (Thread thread in others.Take(started))
        {
            thread.Join();
        }

        void Work()
        {
            while (true)
            {
                Place? place;
                lock (places)
                {
                    if (!places.TryDequeue(out place))
                    {
                        return;
                    }
                }

                Remove(place);
            }
        }
    }

    private static void Remove(Place place)
    {
        try
        {
            using RouteNetlink route = RouteNetlink.Open(place.Namespace);
            LinkInfo[] links = [.. place.Links.Select(l => Find(l, route)).OfType<LinkInfo>()];
            RemoveGroup(links, route);
        }
        catch (LinuxException)
        {
            // No right to: their descriptors will do.
        }
    }

    private static void RemoveGroup(LinkInfo[] links, RouteNetlink route)
    {
        int group = Random.Shared.Next(FirstGroup, int.MaxValue);
        foreach (LinkInfo link in links)
        {
            route.TrySetGroup(link, group);
        }

        route.DeleteGroup(group);
    }

    // What outlives its descriptors, or has others, is not ours to delete.
    private static LinkInfo? Find(TunTapLink link, RouteNetlink route) =>
        link.AskName() is { } name && route.TryGetLink(name) is { Kind: "tun", IsPersistent: false, IsMultiQueue: false } found ? found : null;

    private sealed record Place(NetworkNamespace Namespace, List<TunTapLink> Links);
}
