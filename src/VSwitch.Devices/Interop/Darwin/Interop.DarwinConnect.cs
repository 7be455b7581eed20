using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Darwin
    {
        internal const int PF_SYSTEM = 32;               // sys/socket.h
        internal const int AF_INET = 2;
        internal const int SOCK_DGRAM = 2;
        internal const int SYSPROTO_CONTROL = 2;         // sys/sys_domain.h
        internal const ushort AF_SYS_CONTROL = 2;

        [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
        internal static partial int Connect(SafeFileHandle socket, ref readonly SockAddrCtl address, uint length);

        [InlineArray(5)]
        internal struct Reserved
        {
            private uint _word0;
        }

        /// <summary>struct sockaddr_ctl, 32 octets, sys/kern_control.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct SockAddrCtl
        {
            internal byte sc_len;
            internal byte sc_family;
            internal ushort ss_sysaddr;
            internal uint sc_id;
            internal uint sc_unit;      // the number behind "utun", and one; 0: the kernel chooses
            internal Reserved sc_reserved;
        }
    }
}
