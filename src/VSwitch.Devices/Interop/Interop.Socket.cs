using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int AF_NETLINK = 16;
        internal const int SOCK_RAW = 3;
        internal const int SOCK_CLOEXEC = O_CLOEXEC;
        internal const int NETLINK_ROUTE = 0;

        internal const int SOL_NETLINK = 270;
        internal const int NETLINK_ADD_MEMBERSHIP = 1;     // linux/netlink.h
        internal const int NETLINK_LISTEN_ALL_NSID = 8;
        internal const int NETLINK_EXT_ACK = 11;

        internal const int MSG_DONTWAIT = 0x40;

        [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
        internal static partial SafeFileHandle Socket(int family, int type, int protocol);

        [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
        internal static partial int Bind(SafeFileHandle socket, ref SockAddrNl address, uint length);

        [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
        internal static partial int SetSockOpt(SafeFileHandle socket, int level, int option, ref int value, uint length);

        [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
        internal static partial nint Send(SafeFileHandle socket, ref readonly byte buffer, nuint length, int flags);

        /// <summary>struct sockaddr_nl, linux/netlink.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct SockAddrNl
        {
            internal ushort nl_family;
            internal ushort nl_pad;
            internal uint nl_pid;
            internal uint nl_groups;
        }
    }
}
