using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;
using VSwitch.Frames;

namespace VSwitch.Devices.TunTap;

/// <summary>Makes or attaches to the interface, up to its descriptors: one line of cause and cure when it cannot, and nothing half-made.</summary>
/// <remarks>Source: Documentation/networking/tuntap.rst, linux/if_tun.h.</remarks>
internal static class TunTapOpener
{
    private const string Path = "/dev/net/tun";
    private const uint TcpOffloads = Interop.Libc.TUN_F_CSUM | Interop.Libc.TUN_F_TSO4 | Interop.Libc.TUN_F_TSO6 | Interop.Libc.TUN_F_TSO_ECN;
    private const uint UdpOffloads = Interop.Libc.TUN_F_USO4 | Interop.Libc.TUN_F_USO6; // since Linux 6.2

    /// <summary>Opens as many descriptors as there are queues.</summary>
    internal static TunTapDescriptors Open(TunTapOptions options, LinkLayer layer)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(WrongSystem(layer, OperatingSystem.IsMacOS()));
        }

        if (options.Namespace is null)
        {
            return OpenHere(options, layer);
        }

        using NetworkNamespace target = NetworkNamespace.Open(options.Namespace);
        return target.Identity == NetworkNamespace.CurrentIdentity() ? OpenHere(options, layer)
            : IsNamed(options) && Find(LinkMonitor.Shared.Find(target, options.Name), options, layer) ? target.Run(() => OpenQueues(options, layer, options.Name))
            : BearAndMove(options, layer, target);
    }

    // Most names are new: the kernel says when one is not, and only then is it looked at.
    private static TunTapDescriptors OpenHere(TunTapOptions options, LinkLayer layer)
    {
        try
        {
            return OpenQueues(options, layer, options.Name, Interop.Libc.IFF_TUN_EXCL);
        }
        catch (LinuxException error) when (error.Errno == Errno.EBUSY && IsNamed(options))
        {
            using RouteNetlink route = RouteNetlink.Open();
            _ = Find(route.TryGetLink(options.Name), options, layer);
            return OpenQueues(options, layer, options.Name);
        }
    }

    private static bool IsNamed(TunTapOptions options) => options.Name.Length > 0 && !InterfaceName.IsPattern(options.Name);

    /// <summary>What to say, and what to take instead, where there is no /dev/net/tun.</summary>
    internal static string WrongSystem(LinkLayer layer, bool isMacOS)
    {
        string what = layer == LinkLayer.Ip ? "L3Dev is a TUN of Linux" : "L2Dev is a TAP of Linux";
        return !isMacOS ? $"{what}: there is none on this system"
            : layer == LinkLayer.Ip ? $"{what}: on macOS open a VSwitch.Devices.Utun.UtunDevice"
            : $"{what}: macOS has TUN only, and no TAP";
    }

    /// <summary>The name that the interface has now, asked of its descriptor.</summary>
    /// <returns>Null when the interface is gone.</returns>
    internal static string? NameOf(SafeFileHandle handle)
    {
        Interop.Libc.IfReq request = default;
        return Interop.Libc.IoctlIfReq(handle, Interop.Libc.TUNGETIFF, ref request) < 0 ? null : request.ifr_name.Get();
    }

    // Whether there is such an interface to attach to; refuses one that is not ours to take.
    private static bool Find(LinkInfo? link, TunTapOptions options, LinkLayer layer)
    {
        if (link is null)
        {
            return false;
        }

        int wanted = layer == LinkLayer.Ethernet ? Interop.Libc.IFF_TAP : Interop.Libc.IFF_TUN;
        if (link.Kind != "tun" || link.TunType != wanted)
        {
            string kind = link.Kind != "tun" ? (link.Kind.Length == 0 ? "another kind" : link.Kind) : wanted == Interop.Libc.IFF_TAP ? "TUN" : "TAP";
            throw new LinuxException(
                options.Name,
                "TUNSETIFF",
                Errno.EINVAL,
                $"the name belongs to an interface of {(kind.StartsWith("another", StringComparison.Ordinal) ? kind : $"kind {kind}")}: choose another name");
        }

        if (!link.IsPersistent || link.OpenQueues > 0)
        {
            throw new LinuxException(options.Name, "TUNSETIFF", Errno.EBUSY);
        }

        return link.IsMultiQueue == (options.Queues > 1)
            ? true
            : throw new LinuxException(
                options.Name,
                "TUNSETIFF",
                Errno.EINVAL,
                $"the interface was made {(link.IsMultiQueue ? "with" : "without")} multi_queue: ask for {(link.IsMultiQueue ? "more than one queue" : "one queue")}");
    }

    private static TunTapDescriptors BearAndMove(TunTapOptions options, LinkLayer layer, NetworkNamespace target)
    {
        string name = options.Name.Length > 0 ? options.Name : layer == LinkLayer.Ethernet ? "tap%d" : "tun%d";
        TunTapDescriptors descriptors = TunTapNursery.Namespace.Run(() => OpenQueues(options, layer, TunTapNursery.NextName()));
        try
        {
            using RouteNetlink route = RouteNetlink.Open(TunTapNursery.Namespace);
            route.Move(route.GetLink(descriptors.Name), target, name);
            return descriptors with { Name = NameOf(descriptors.Queues[0]) ?? name };
        }
        catch
        {
            descriptors.Close();
            throw;
        }
    }

    // The flags are for the first queue: the others join it.
    private static TunTapDescriptors OpenQueues(TunTapOptions options, LinkLayer layer, string name, ushort firstFlags = 0)
    {
        List<SafeFileHandle> queues = [];
        OffloadKinds offloads = OffloadKinds.None;
        try
        {
            for (int i = 0; i < options.Queues; i++)
            {
                SafeFileHandle queue = OpenDevice(name);
                queues.Add(queue);
                name = SetIff(queue, options, layer, name, i == 0 ? firstFlags : (ushort)0);
                offloads = options.Offload ? SetOffload(queue, name) : OffloadKinds.None;
            }
        }
        catch
        {
            queues.ForEach(q => q.Dispose());
            throw;
        }

        return new(name, queues, offloads);
    }

    private static SafeFileHandle OpenDevice(string name)
    {
        SafeFileHandle handle = Interop.Libc.Open(Path, Interop.Libc.O_RDWR | Interop.Libc.O_NONBLOCK | Interop.Libc.O_CLOEXEC);
        return handle.IsInvalid ? throw LinuxException.Last(name.Length == 0 ? "tap" : name, Cures.OpenTun) : handle;
    }

    private static string SetIff(SafeFileHandle queue, TunTapOptions options, LinkLayer layer, string name, ushort flags)
    {
        Interop.Libc.IfReq request = new()
        {
            ifr_flags = (ushort)(flags | Interop.Libc.IFF_NO_PI
                | (layer == LinkLayer.Ethernet ? Interop.Libc.IFF_TAP : Interop.Libc.IFF_TUN)
                | (options.Offload ? Interop.Libc.IFF_VNET_HDR : 0)
                | (options.Queues > 1 ? Interop.Libc.IFF_MULTI_QUEUE : 0)),
        };
        request.ifr_name.Set(name);
        return Interop.Libc.IoctlIfReq(queue, Interop.Libc.TUNSETIFF, ref request) < 0
            ? throw LinuxException.Last(name.Length == 0 ? "tap" : name, "TUNSETIFF")
            : request.ifr_name.Get();
    }

    private static OffloadKinds SetOffload(SafeFileHandle queue, string name)
    {
        int headerLength = OffloadInfo.Length;
        int littleEndian = 1;
        if (Interop.Libc.IoctlInt(queue, Interop.Libc.TUNSETVNETHDRSZ, ref headerLength) < 0)
        {
            throw LinuxException.Last(name, "TUNSETVNETHDRSZ");
        }

        if (Interop.Libc.IoctlInt(queue, Interop.Libc.TUNSETVNETLE, ref littleEndian) < 0)
        {
            throw LinuxException.Last(name, "TUNSETVNETLE");
        }

        const OffloadKinds Tcp = OffloadKinds.Checksum | OffloadKinds.Tso4 | OffloadKinds.Tso6 | OffloadKinds.TsoEcn;
        ReadOnlySpan<(uint Flags, OffloadKinds Kinds)> attempts = [(TcpOffloads | UdpOffloads, Tcp | OffloadKinds.Uso), (TcpOffloads, Tcp)];
        foreach ((uint flags, OffloadKinds kinds) in attempts)
        {
            if (Interop.Libc.IoctlValue(queue, Interop.Libc.TUNSETOFFLOAD, flags) == 0)
            {
                return kinds;
            }

            if (Marshal.GetLastPInvokeError() is not (int)Errno.EINVAL)
            {
                throw LinuxException.Last(name, "TUNSETOFFLOAD");
            }
        }

        return OffloadKinds.None;
    }
}
