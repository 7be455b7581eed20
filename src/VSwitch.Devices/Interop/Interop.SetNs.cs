using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int CLONE_NEWNET = 0x40000000;      // linux/sched.h

        internal const uint NS_GET_NSTYPE = 0xB703;         // _IO(0xb7, 3), linux/nsfs.h: what kind of namespace a descriptor is of

        /// <summary>Moves the calling thread alone; call it on a thread that ends soon after.</summary>
        [LibraryImport(Library, EntryPoint = "setns", SetLastError = true)]
        internal static partial int SetNs(SafeFileHandle ns, int nsType);

        /// <summary>Moves the calling thread alone into a new namespace.</summary>
        [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
        internal static partial int Unshare(int flags);
    }
}
