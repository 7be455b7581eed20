using System.Runtime.InteropServices;
using VSwitch.Devices.Workers;

namespace VSwitch.Devices.Netlink;

/// <summary>Tells devices when something changed about their interface, in whatever namespace it is.</summary>
/// <remarks>
/// One socket for the process, in the namespace of the process, listening to all (NETLINK_LISTEN_ALL_NSID). A socket inside a namespace would keep that
/// namespace alive for ever: <c>ip netns del</c> would take nothing away. A message is a hint only: the watcher asks for the state, so
/// that a late message never brings back an old state, and lost ones (ENOBUFS) are made up for by asking for all.
/// </remarks>
internal sealed class LinkMonitor : IReactorClient
{
    private const uint LinkGroup = 1;               // RTMGRP_LINK, linux/rtnetlink.h
    private const int NamespaceIdGroup = 28;        // RTNLGRP_NSID
    private const int OwnNamespace = -1;
    private const ushort NamespaceIdAttribute = 1;  // NETNSA_NSID, linux/net_namespace.h
    private const ushort NamespaceFdAttribute = 3;  // NETNSA_FD
    private const int MaxDatagrams = 256;           // then whoever was touched is told, and the rest is still there
    private const int GenericHeaderLength = 4;      // struct rtgenmsg, padded

    private static readonly Lazy<LinkMonitor> s_shared = new(() => new LinkMonitor());

    private readonly NetlinkSocket _events;
    private readonly NetlinkSocket _queries;
    private readonly string _home;
    private readonly Lock _gate = new();
    private readonly Lock _queryGate = new();
    private readonly Dictionary<ILinkWatcher, LinkPlace> _watchers = [];
    private readonly Dictionary<LinkPlace, List<ILinkWatcher>> _places = [];
    private bool _listensToAll;

    private LinkMonitor()
    {
        using NetworkNamespace home = NetworkNamespace.OpenHome();
        _home = home.Identity;
        (_events, _queries) = home.Run(() => (new NetlinkSocket(LinkGroup), new NetlinkSocket()));
        _ = _events.TrySetOption(Interop.Libc.NETLINK_ADD_MEMBERSHIP, NamespaceIdGroup);
        Reactor.Shared.Add(_events.Handle, EpollEvents.In, this);
    }

    internal static LinkMonitor Shared => s_shared.Value;

    /// <summary>Asks for an interface.</summary>
    /// <returns>Null when there is none of that name.</returns>
    internal LinkInfo? Find(NetworkNamespace target, string name) => Get(NamespaceId(target), 0, name);

    /// <summary>Watches an interface for a watcher, instead of the one it watched before.</summary>
    /// <returns>The interface as it is, read after the watch began; null when there is none.</returns>
    internal LinkInfo? Watch(ILinkWatcher watcher, NetworkNamespace target, string name)
    {
        int namespaceId = NamespaceId(target);
        LinkInfo? link = Get(namespaceId, 0, name);
        if (link is null)
        {
            return null;
        }

        lock (_gate)
        {
            Leave(watcher);
            LinkPlace place = new(namespaceId, link.Index);
            _watchers[watcher] = place;
            if (!_places.TryGetValue(place, out List<ILinkWatcher>? there))
            {
                _places.Add(place, there = []);
            }

            there.Add(watcher);
        }

        return Get(namespaceId, link.Index, null);
    }

    /// <summary>Asks for the watcher's interface.</summary>
    /// <returns>Null when it is not where it was.</returns>
    internal LinkInfo? Look(ILinkWatcher watcher)
    {
        LinkPlace place;
        lock (_gate)
        {
            if (!_watchers.TryGetValue(watcher, out place))
            {
                return null;
            }
        }

        return Get(place.NamespaceId, place.Index, null);
    }

    internal void Forget(ILinkWatcher watcher)
    {
        lock (_gate)
        {
            Leave(watcher);
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        HashSet<ILinkWatcher> touched = [];
        for (int i = 0; i < MaxDatagrams; i++)
        {
            ReadOnlySpan<byte> datagram = _events.TryReceive(out int namespaceId, out Errno error);
            if (error is Errno.ENOBUFS or Errno.EINTR)
            {
                lock (_gate)
                {
                    touched.UnionWith(_watchers.Keys);
                }
            }
            else if (error != Errno.None)
            {
                break;
            }
            else
            {
                Collect(datagram, namespaceId, touched);
            }
        }

        foreach (ILinkWatcher watcher in touched)
        {
            try
            {
                watcher.LinkChanged();
            }
            catch (LinuxException)
            {
                // Out of descriptors or memory: the next change is the next attempt.
            }
        }
    }

    // The gate is held.
    private void Leave(ILinkWatcher watcher)
    {
        if (_watchers.Remove(watcher, out LinkPlace place) && _places[place] is var there && there.Remove(watcher) && there.Count == 0)
        {
            _places.Remove(place);
        }
    }

    private static int ReadNamespaceId(ReadOnlySpan<byte> payload)
    {
        AttributeReader attributes = new(payload.Length < GenericHeaderLength ? default : payload[GenericHeaderLength..]);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NamespaceIdAttribute)
            {
                return attributes.Int32;
            }
        }

        return OwnNamespace;
    }

    private void Collect(ReadOnlySpan<byte> datagram, int namespaceId, HashSet<ILinkWatcher> touched)
    {
        NetlinkReader reader = new(datagram);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case RtMessage.NewLink or RtMessage.DeleteLink when reader.Payload.Length >= IfInfoMsg.Length:
                    LinkPlace place = new(namespaceId, MemoryMarshal.Read<IfInfoMsg>(reader.Payload).Index);
                    Touch(place, touched);
                    break;
                case RtMessage.DeleteNamespaceId:
                    int gone = ReadNamespaceId(reader.Payload);
                    TouchAllIn(gone, touched);
                    break;
            }
        }
    }

    private void Touch(LinkPlace place, HashSet<ILinkWatcher> touched)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(place, out List<ILinkWatcher>? there))
            {
                touched.UnionWith(there);
            }
        }
    }

    private void TouchAllIn(int namespaceId, HashSet<ILinkWatcher> touched)
    {
        lock (_gate)
        {
            touched.UnionWith(_watchers.Where(w => w.Value.NamespaceId == namespaceId && namespaceId != OwnNamespace).Select(w => w.Key));
        }
    }

    private LinkInfo? Get(int namespaceId, int index, string? name)
    {
        NetlinkWriter request = RouteNetlink.Link(RtMessage.GetLink, index, stackalloc byte[128]);
        if (name is not null)
        {
            request.Attribute(LinkAttribute.Name, name);
        }

        if (namespaceId != OwnNamespace)
        {
            request.Attribute(LinkAttribute.TargetNamespaceId, namespaceId);
        }

        lock (_queryGate)
        {
            Errno errno = _queries.Request(request, out ReadOnlySpan<byte> reply, out string? detail);
            return errno switch
            {
                Errno.None => LinkInfo.Read(reply),
                Errno.ENODEV or Errno.EINVAL => null, // EINVAL: no namespace of that number any more
                _ => throw new LinuxException(name ?? "netlink", "RTM_GETLINK", errno, detail),
            };
        }
    }

    private int NamespaceId(NetworkNamespace target)
    {
        if (target.Identity == _home)
        {
            return OwnNamespace;
        }

        lock (_queryGate)
        {
            if (!_listensToAll)
            {
                _listensToAll = _events.TrySetOption(Interop.Libc.NETLINK_LISTEN_ALL_NSID, 1)
                    ? true
                    : throw LinuxException.Last($"netns {target.Name}", "NETLINK_LISTEN_ALL_NSID");
            }

            int known = RequestNamespaceId(RtMessage.GetNamespaceId, target);
            if (known >= 0)
            {
                return known;
            }

            _ = RequestNamespaceId(RtMessage.NewNamespaceId, target);
            return RequestNamespaceId(RtMessage.GetNamespaceId, target);
        }
    }

    private int RequestNamespaceId(RtMessage type, NetworkNamespace target)
    {
        NetlinkWriter request = new(stackalloc byte[64], type, NetlinkFlags.Request | NetlinkFlags.Acknowledge);
        request.Fixed(0u); // struct rtgenmsg
        if (type == RtMessage.NewNamespaceId)
        {
            request.Attribute(NamespaceIdAttribute, -1); // the kernel chooses
        }

        request.Attribute(NamespaceFdAttribute, (int)target.Handle.DangerousGetHandle());
        Errno errno = _queries.Request(request, out ReadOnlySpan<byte> reply, out string? detail);
        return errno is Errno.None or Errno.EEXIST
            ? ReadNamespaceId(reply)
            : throw new LinuxException($"netns {target.Name}", type == RtMessage.NewNamespaceId ? "RTM_NEWNSID" : "RTM_GETNSID", errno, detail);
    }
}
