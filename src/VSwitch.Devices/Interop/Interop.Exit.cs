using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>Ends the process at once, whatever its other threads do.</summary>
        [LibraryImport(Library, EntryPoint = "_exit", SetLastError = true)]
        internal static partial void Exit(int status);
    }
}
