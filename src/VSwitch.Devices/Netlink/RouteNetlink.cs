using System.Net;
using System.Net.Sockets;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Netlink;

/// <summary>Interfaces, addresses and routes of one namespace, over rtnetlink.</summary>
/// <remarks>It keeps the namespace alive until disposed: open, use, dispose. One thread at a time. Source: rtnetlink(7).</remarks>
public sealed class RouteNetlink : IDisposable
{
    private const byte IPv4Family = 2;      // AF_INET
    private const byte IPv6Family = 10;     // AF_INET6

    private readonly NetlinkSocket _socket;

    private RouteNetlink(NetlinkSocket socket) => _socket = socket;

    private enum AddressAttribute : ushort
    {
        Address = 1,    // IFA_ADDRESS, linux/if_addr.h
        Local = 2,
    }

    private enum RouteAttribute : ushort
    {
        Destination = 1, // RTA_DST, linux/rtnetlink.h
        OutputInterface = 4,
        Gateway = 5,
        Via = 18,
    }

    /// <summary>Opens it in a namespace.</summary>
    /// <param name="target">Null for the calling thread's.</param>
    /// <exception cref="LinuxException">The right to enter is missing.</exception>
    public static RouteNetlink Open(NetworkNamespace? target = null) => new(NetworkNamespace.Run(target, () => new NetlinkSocket()));

    /// <summary>Finds an interface by name.</summary>
    /// <exception cref="LinuxException">There is none of that name.</exception>
    public LinkInfo GetLink(string name) => TryGetLink(name) ?? throw new LinuxException(name, "RTM_GETLINK", Errno.ENODEV, "look at: ip link");

    /// <summary>Finds an interface by name.</summary>
    /// <returns>Null when there is none.</returns>
    public LinkInfo? TryGetLink(string name)
    {
        NetlinkWriter request = Link(RtMessage.GetLink, 0, stackalloc byte[128]);
        request.Attribute(LinkAttribute.Name, name);
        return Get(_socket, request);
    }

    /// <summary>Finds an interface by number.</summary>
    /// <returns>Null when there is none.</returns>
    public LinkInfo? TryGetLink(int index) => Get(_socket, Link(RtMessage.GetLink, index, stackalloc byte[128]));

    /// <summary>Brings an interface up, or takes it down.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void SetUp(LinkInfo link, bool up)
    {
        ArgumentNullException.ThrowIfNull(link);
        NetlinkWriter request = new(stackalloc byte[128], RtMessage.SetLink, NetlinkFlags.Request | NetlinkFlags.Acknowledge);
        request.Fixed(new IfInfoMsg { Index = link.Index, Flags = up ? 1u : 0u, Change = 1 });
        Do(request, link.Name, up ? "RTM_SETLINK up" : "RTM_SETLINK down");
    }

    /// <summary>Sets the MTU, in octets without the Ethernet header.</summary>
    /// <exception cref="LinuxException">The kernel refused: a TAP takes 68 to 65,521.</exception>
    public void SetMtu(LinkInfo link, int mtu)
    {
        ArgumentNullException.ThrowIfNull(link);
        NetlinkWriter request = Link(RtMessage.SetLink, link.Index, stackalloc byte[128]);
        request.Attribute(LinkAttribute.Mtu, mtu);
        Do(request, link.Name, $"RTM_SETLINK mtu {mtu}");
    }

    /// <summary>Sets the MAC address.</summary>
    /// <exception cref="LinuxException">The kernel refused: not a station's address.</exception>
    public void SetHardwareAddress(LinkInfo link, MacAddress address)
    {
        ArgumentNullException.ThrowIfNull(link);
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        address.Write(octets);
        NetlinkWriter request = Link(RtMessage.SetLink, link.Index, stackalloc byte[128]);
        request.Attribute(LinkAttribute.Address, octets);
        Do(request, link.Name, $"RTM_SETLINK address {address}");
    }

    /// <summary>Renames an interface.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="name">At most 15 octets; <c>%d</c> in it becomes the first free number.</param>
    /// <exception cref="LinuxException">The name is taken or not one.</exception>
    public void Rename(LinkInfo link, string name)
    {
        ArgumentNullException.ThrowIfNull(link);
        InterfaceName.Check(name);
        NetlinkWriter request = Link(RtMessage.SetLink, link.Index, stackalloc byte[128]);
        request.Attribute(LinkAttribute.Name, name);
        Do(request, link.Name, $"RTM_SETLINK name {name}");
    }

    /// <summary>Deletes an interface.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Delete(LinkInfo link)
    {
        ArgumentNullException.ThrowIfNull(link);
        Do(Link(RtMessage.DeleteLink, link.Index, stackalloc byte[128]), link.Name, "RTM_DELLINK");
    }

    /// <summary>Puts an interface into a group.</summary>
    /// <returns>False when the kernel refused: it is gone, or the right is missing.</returns>
    internal bool TrySetGroup(LinkInfo link, int group)
    {
        NetlinkWriter request = Link(RtMessage.SetLink, link.Index, stackalloc byte[128]);
        request.Attribute(LinkAttribute.Group, group);
        return _socket.Request(request, out _, out _) == Errno.None;
    }

    /// <summary>Deletes all interfaces of a group.</summary>
    /// <param name="group">Any but 0, in which all interfaces are that were put into no other.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    internal void DeleteGroup(int group)
    {
        ArgumentOutOfRangeException.ThrowIfZero(group);
        NetlinkWriter request = Link(RtMessage.DeleteLink, 0, stackalloc byte[128]);
        request.Attribute(LinkAttribute.Group, group);
        Do(request, "netlink", "RTM_DELLINK group");
    }

    /// <summary>Moves an interface to another namespace; the kernel takes it down and strips its addresses on the way.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="target">Where to.</param>
    /// <param name="name">The name it gets there; null keeps it.</param>
    /// <exception cref="LinuxException">The name is taken there, or the right is missing.</exception>
    public void Move(LinkInfo link, NetworkNamespace target, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(target);
        bool leased = false;
        try
        {
            target.Handle.DangerousAddRef(ref leased);
            NetlinkWriter request = Link(RtMessage.SetLink, link.Index, stackalloc byte[128]);
            request.Attribute(LinkAttribute.NamespaceFd, (int)target.Handle.DangerousGetHandle());
            if (name is not null)
            {
                InterfaceName.Check(name);
                request.Attribute(LinkAttribute.Name, name);
            }

            Do(request, name ?? link.Name, $"RTM_SETLINK netns {target.Name}");
        }
        finally
        {
            if (leased)
            {
                target.Handle.DangerousRelease();
            }
        }
    }

    /// <summary>Adds an address, or renews it when it is there; others stay.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void AddAddress(LinkInfo link, IpPrefix address)
    {
        ArgumentNullException.ThrowIfNull(link);
        byte[] octets = address.Address.GetAddressBytes();
        NetlinkWriter request = new(
            stackalloc byte[128],
            RtMessage.NewAddress,
            NetlinkFlags.Request | NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Replace);
        request.Fixed(new IfAddrMsg { Family = Family(address), PrefixLength = (byte)address.Length, Index = link.Index });
        request.Attribute((ushort)AddressAttribute.Local, octets);
        request.Attribute((ushort)AddressAttribute.Address, octets);
        Do(request, link.Name, $"RTM_NEWADDR {address}");
    }

    /// <summary>Adds a route through an interface, or replaces the one to the same destination.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="destination">Its host bits do not count; its family is the route's.</param>
    /// <param name="gateway">Null when the destination is on the link itself. An IPv6 gateway for an IPv4 destination is legal.</param>
    /// <exception cref="LinuxException">The kernel refused: the gateway cannot be reached, the interface is down.</exception>
    public void AddRoute(LinkInfo link, IpPrefix destination, IPAddress? gateway = null)
    {
        const byte MainTable = 254;
        const byte StaticProtocol = 4;
        const byte LinkScope = 253;
        const byte Unicast = 1;

        ArgumentNullException.ThrowIfNull(link);
        NetlinkWriter request = new(
            stackalloc byte[256],
            RtMessage.NewRoute,
            NetlinkFlags.Request | NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Replace);
        request.Fixed(new RtMsg
        {
            Family = Family(destination),
            DestinationLength = (byte)destination.Length,
            Table = MainTable,
            Protocol = StaticProtocol,
            Scope = gateway is null && !destination.IsIPv6 ? LinkScope : (byte)0,
            Type = Unicast,
        });
        request.Attribute((ushort)RouteAttribute.Destination, destination.Network.Address.GetAddressBytes());
        request.Attribute((ushort)RouteAttribute.OutputInterface, link.Index);
        if (gateway is not null)
        {
            WriteGateway(ref request, destination, gateway);
        }

        Do(request, link.Name, gateway is null ? $"RTM_NEWROUTE {destination.Network}" : $"RTM_NEWROUTE {destination.Network} via {gateway}");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>A link message with nothing but the interface's number in its fixed part.</summary>
    internal static NetlinkWriter Link(RtMessage type, int index, Span<byte> buffer)
    {
        NetlinkWriter request = new(buffer, type, NetlinkFlags.Request | NetlinkFlags.Acknowledge);
        request.Fixed(new IfInfoMsg { Index = index });
        return request;
    }

    /// <summary>Sends RTM_GETLINK.</summary>
    /// <returns>Null when there is no such interface.</returns>
    internal static LinkInfo? Get(NetlinkSocket socket, NetlinkWriter request)
    {
        Errno errno = socket.Request(request, out ReadOnlySpan<byte> reply, out string? detail);
        return errno switch
        {
            Errno.None => LinkInfo.Read(reply),
            Errno.ENODEV or Errno.ERANGE => null, // ERANGE: a name that is too long
            _ => throw new LinuxException("netlink", "RTM_GETLINK", errno, detail),
        };
    }

    private static void WriteGateway(ref NetlinkWriter request, IpPrefix destination, IPAddress gateway)
    {
        byte[] octets = gateway.GetAddressBytes();
        bool isIPv6 = gateway.AddressFamily == AddressFamily.InterNetworkV6;
        if (isIPv6 == destination.IsIPv6)
        {
            request.Attribute((ushort)RouteAttribute.Gateway, octets);
        }
        else if (isIPv6)
        {
            // struct rtvia: family 2 | address.
            Span<byte> via = stackalloc byte[2 + 16];
            System.Runtime.InteropServices.MemoryMarshal.Write(via, (ushort)IPv6Family);
            octets.CopyTo(via[2..]);
            request.Attribute((ushort)RouteAttribute.Via, via);
        }
        else
        {
            throw new ArgumentException($"an IPv6 destination ({destination}) has no IPv4 gateway ({gateway})", nameof(gateway));
        }
    }

    private static byte Family(IpPrefix prefix) => prefix.IsIPv6 ? IPv6Family : IPv4Family;

    private void Do(NetlinkWriter request, string subject, string call)
    {
        Errno errno = _socket.Request(request, out _, out string? detail);
        if (errno != Errno.None)
        {
            throw new LinuxException(subject, call, errno, errno == Errno.EPERM ? null : detail ?? RouteCures.Find(call, errno));
        }
    }
}
