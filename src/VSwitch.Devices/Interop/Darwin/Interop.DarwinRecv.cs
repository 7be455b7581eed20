using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Darwin
    {
        internal const int MSG_DONTWAIT = 0x80;          // sys/socket.h

        [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
        internal static partial nint Recv(SafeFileHandle socket, ref byte buffer, nuint length, int flags);
    }
}
