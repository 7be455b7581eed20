using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int O_RDONLY = 0;
        internal const int O_RDWR = 2;
        internal const int O_NONBLOCK = 0x800;     // asm-generic/fcntl.h
        internal const int O_CLOEXEC = 0x80000;

        [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial SafeFileHandle Open(string path, int flags);
    }
}
