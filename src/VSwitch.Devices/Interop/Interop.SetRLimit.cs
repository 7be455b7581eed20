using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int RLIMIT_FSIZE = 1;               // sys/resource.h
        internal const int RLIMIT_DATA = 2;
        internal const int RLIMIT_CORE = 4;

        [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
        internal static partial int SetRLimit(int resource, in RLimit limit);

        [StructLayout(LayoutKind.Sequential)]
        internal readonly struct RLimit(ulong octets)
        {
            private readonly ulong _soft = octets;
            private readonly ulong _hard = octets;
        }
    }
}
