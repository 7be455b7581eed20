using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Darwin
    {
        internal const int UTUN_OPT_IFNAME = 2;          // net/if_utun.h, at level SYSPROTO_CONTROL

        [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
        internal static partial int GetSockOpt(SafeFileHandle socket, int level, int option, ref byte value, ref uint length);
    }
}
