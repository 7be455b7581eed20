using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>For a burst, under a lease of the handle; errno by <see cref="Marshal.GetLastSystemError"/> at once after.</summary>
        [LibraryImport(Library, EntryPoint = "write")]
        internal static partial nint Write(int fd, ref readonly byte buffer, nuint count);

        [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
        internal static partial nint Write(SafeFileHandle fd, ref readonly byte buffer, nuint count);
    }
}
