using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int AF_PACKET = 17;
        internal const int SOCK_NONBLOCK = O_NONBLOCK;
        internal const ushort ETH_P_ALL = 0x0003;          // linux/if_ether.h
        internal const ushort ARPHRD_ETHER = 1;            // linux/if_arp.h
        internal const ushort ARPHRD_LOOPBACK = 772;

        internal const int SOL_SOCKET = 1;                 // asm-generic/socket.h
        internal const int SO_SNDBUFFORCE = 32;
        internal const int SO_RCVBUFFORCE = 33;

        internal const int SOL_PACKET = 263;
        internal const int PACKET_ADD_MEMBERSHIP = 1;      // linux/if_packet.h
        internal const int PACKET_STATISTICS = 6;
        internal const int PACKET_AUXDATA = 8;
        internal const int PACKET_VNET_HDR = 15;
        internal const int PACKET_QDISC_BYPASS = 20;
        internal const int PACKET_IGNORE_OUTGOING = 23;    // since Linux 4.20
        internal const ushort PACKET_MR_PROMISC = 1;
        internal const byte PACKET_OUTGOING = 4;

        internal const uint TP_STATUS_VLAN_VALID = 1 << 4;
        internal const uint TP_STATUS_VLAN_TPID_VALID = 1 << 6;

        [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
        internal static partial int Bind(SafeFileHandle socket, in SockAddrLl address, uint length);

        [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
        internal static partial int GetSockName(SafeFileHandle socket, ref SockAddrLl address, ref uint length);

        [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
        internal static partial int SetSockOpt(SafeFileHandle socket, int level, int option, in PacketMReq value, uint length);

        [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
        internal static partial int GetSockOpt(SafeFileHandle socket, int level, int option, ref TPacketStats value, ref uint length);

        /// <summary>struct sockaddr_ll, linux/if_packet.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct SockAddrLl
        {
            internal const uint Length = 20;

            internal ushort sll_family;
            internal ushort sll_protocol;                  // big-endian
            internal int sll_ifindex;
            internal ushort sll_hatype;
            internal byte sll_pkttype;
            internal byte sll_halen;
            internal ulong sll_addr;
        }

        /// <summary>struct packet_mreq.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct PacketMReq
        {
            internal int mr_ifindex;
            internal ushort mr_type;
            internal ushort mr_alen;
            internal ulong mr_address;
        }

        /// <summary>struct tpacket_stats; reading it sets it to zero.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct TPacketStats
        {
            internal uint tp_packets;
            internal uint tp_drops;
        }

        /// <summary>struct tpacket_auxdata.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct TPacketAuxData
        {
            internal uint tp_status;
            internal uint tp_len;
            internal uint tp_snaplen;
            internal ushort tp_mac;
            internal ushort tp_net;
            internal ushort tp_vlan_tci;
            internal ushort tp_vlan_tpid;
        }

        /// <summary>Room for one PACKET_AUXDATA: struct cmsghdr (16), struct tpacket_auxdata (20), padding to 8.</summary>
        [InlineArray(40)]
        internal struct PacketControl
        {
            private byte _octet0;
        }
    }
}
