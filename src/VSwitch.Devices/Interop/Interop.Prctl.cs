using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int PR_SET_NO_NEW_PRIVS = 38;       // linux/prctl.h

        [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
        internal static partial int Prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
    }
}
