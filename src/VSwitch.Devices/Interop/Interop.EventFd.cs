using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int EFD_CLOEXEC = O_CLOEXEC;
        internal const int EFD_NONBLOCK = O_NONBLOCK;

        [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
        internal static partial SafeFileHandle EventFd(uint initialValue, int flags);
    }
}
