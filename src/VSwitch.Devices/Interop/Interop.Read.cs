using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>For a burst, under a lease of the handle; errno by <see cref="Marshal.GetLastSystemError"/> at once after.</summary>
        [LibraryImport(Library, EntryPoint = "read")]
        internal static partial nint Read(int fd, ref byte buffer, nuint count);

        [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
        internal static partial nint Read(SafeFileHandle fd, ref byte buffer, nuint count);
    }
}
