using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const short POLLIN = 0x001;               // sys/poll.h

        [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
        internal static partial int Poll(ref PollFd fds, nuint count, int timeoutMilliseconds);

        [StructLayout(LayoutKind.Sequential)]
        internal struct PollFd
        {
            internal int Fd;
            internal short Events;
            internal short Revents;
        }
    }
}
