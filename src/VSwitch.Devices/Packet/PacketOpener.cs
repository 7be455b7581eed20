using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;

namespace VSwitch.Devices.Packet;

/// <summary>Makes a packet socket and binds it to an interface: one line of cause and cure when it cannot.</summary>
/// <remarks>Source: packet(7), linux/if_packet.h.</remarks>
internal static class PacketOpener
{
    internal const string Call = "socket(AF_PACKET)";

    /// <summary>A socket that hears and says nothing yet.</summary>
    internal static SafeFileHandle Open(string name, NetworkNamespace place)
    {
        const int Kind = Interop.Libc.SOCK_RAW | Interop.Libc.SOCK_NONBLOCK | Interop.Libc.SOCK_CLOEXEC;
        return place.Run(() =>
        {
            // Protocol 0: until it is bound, no frame of another interface can slip in.
            SafeFileHandle socket = Interop.Libc.Socket(Interop.Libc.AF_PACKET, Kind, 0);
            return socket.IsInvalid ? throw LinuxException.Last(name, Call) : socket;
        });
    }

    /// <summary>Sets the options and binds.</summary>
    internal static void Bind(SafeFileHandle socket, PacketOptions options, LinkInfo link)
    {
        Set(socket, options.Name, Interop.Libc.PACKET_AUXDATA, "PACKET_AUXDATA", 1);
        Set(socket, options.Name, Interop.Libc.PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING", 1);
        if (options.Offload)
        {
            Set(socket, options.Name, Interop.Libc.PACKET_VNET_HDR, "PACKET_VNET_HDR", 1);
        }

        if (options.QdiscBypass)
        {
            Set(socket, options.Name, Interop.Libc.PACKET_QDISC_BYPASS, "PACKET_QDISC_BYPASS", 1);
        }

        // The one option without CAP_NET_ADMIN's blessing would be cut to the limit of the system: that is no reason not to open.
        int octets = options.BufferOctets;
        _ = Interop.Libc.SetSockOpt(socket, Interop.Libc.SOL_SOCKET, Interop.Libc.SO_SNDBUFFORCE, ref octets, sizeof(int));
        _ = Interop.Libc.SetSockOpt(socket, Interop.Libc.SOL_SOCKET, Interop.Libc.SO_RCVBUFFORCE, ref octets, sizeof(int));

        Interop.Libc.SockAddrLl address = new()
        {
            sll_family = Interop.Libc.AF_PACKET,
            sll_protocol = options.SendOnly ? (ushort)0 : BinaryPrimitives.ReverseEndianness(Interop.Libc.ETH_P_ALL),
            sll_ifindex = link.Index,
        };
        if (Interop.Libc.Bind(socket, in address, Interop.Libc.SockAddrLl.Length) < 0)
        {
            throw LinuxException.Last(options.Name, "bind(AF_PACKET)");
        }

        RequireEthernet(socket, options.Name);
        Interop.Libc.PacketMReq membership = new() { mr_ifindex = link.Index, mr_type = Interop.Libc.PACKET_MR_PROMISC };
        if (options.Promiscuous && !options.SendOnly
            && Interop.Libc.SetSockOpt(socket, Interop.Libc.SOL_PACKET, Interop.Libc.PACKET_ADD_MEMBERSHIP, in membership, 16) < 0)
        {
            throw LinuxException.Last(options.Name, "PACKET_ADD_MEMBERSHIP");
        }
    }

    private static void RequireEthernet(SafeFileHandle socket, string name)
    {
        Interop.Libc.SockAddrLl bound = default;
        uint length = Interop.Libc.SockAddrLl.Length;
        if (Interop.Libc.GetSockName(socket, ref bound, ref length) < 0)
        {
            throw LinuxException.Last(name, "getsockname");
        }

        if (bound.sll_hatype is not (Interop.Libc.ARPHRD_ETHER or Interop.Libc.ARPHRD_LOOPBACK))
        {
            throw new LinuxException(name, "bind(AF_PACKET)", Errno.EOPNOTSUPP, $"its frames are not Ethernet (type {bound.sll_hatype}): choose another interface");
        }
    }

    private static void Set(SafeFileHandle socket, string name, int option, string call, int value)
    {
        if (Interop.Libc.SetSockOpt(socket, Interop.Libc.SOL_PACKET, option, ref value, sizeof(int)) < 0)
        {
            throw LinuxException.Last(name, call);
        }
    }
}
