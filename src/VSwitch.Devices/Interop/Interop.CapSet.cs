using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522; // linux/capability.h

        [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
        internal static partial int CapSet(in CapHeader header, in CapData data);

        [StructLayout(LayoutKind.Sequential)]
        internal readonly struct CapHeader(uint version)
        {
            private readonly uint _version = version;
            private readonly int _pid; // 0: the thread that calls
        }

        // Two of struct __user_cap_data_struct: effective, permitted and inheritable, 32 capabilities each.
        [StructLayout(LayoutKind.Sequential, Size = 24)]
        internal readonly struct CapData;
    }
}
