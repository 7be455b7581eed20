using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        // linux/if_tun.h: the argument is the value itself.
        internal const uint TUNSETPERSIST = 0x400454CB;    // _IOW('T', 203, int)
        internal const uint TUNSETOWNER = 0x400454CC;      // _IOW('T', 204, int)
        internal const uint TUNSETGROUP = 0x400454CE;      // _IOW('T', 206, int)
        internal const uint TUNSETOFFLOAD = 0x400454D0;    // _IOW('T', 208, unsigned int)
        internal const uint TUNGETDEVNETNS = 0x54E3;       // _IO('T', 227): a descriptor of the interface's namespace

        // linux/if_tun.h: the argument is the address of an int.
        internal const uint TUNSETVNETHDRSZ = 0x400454D8;  // _IOW('T', 216, int)
        internal const uint TUNSETVNETLE = 0x400454DC;     // _IOW('T', 220, int)
        internal const uint TUNSETCARRIER = 0x400454E2;    // _IOW('T', 226, int)

        internal const uint TUN_F_CSUM = 0x01;
        internal const uint TUN_F_TSO4 = 0x02;
        internal const uint TUN_F_TSO6 = 0x04;
        internal const uint TUN_F_TSO_ECN = 0x08;
        internal const uint TUN_F_USO4 = 0x20;
        internal const uint TUN_F_USO6 = 0x40;

        [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
        internal static partial int IoctlValue(SafeFileHandle tun, nuint request, nuint value);

        [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
        internal static partial int IoctlInt(SafeFileHandle tun, nuint request, ref int value);
    }
}
