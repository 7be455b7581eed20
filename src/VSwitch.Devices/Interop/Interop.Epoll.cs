using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int EPOLL_CLOEXEC = O_CLOEXEC;
        internal const int EPOLL_CTL_ADD = 1;              // linux/eventpoll.h
        internal const int EPOLL_CTL_DEL = 2;
        internal const int EPOLL_CTL_MOD = 3;

        [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
        internal static partial SafeFileHandle EpollCreate1(int flags);

        /// <summary>The event is struct epoll_event, whose layout <see cref="Workers.EpollSet"/> knows.</summary>
        [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
        internal static partial int EpollCtl(SafeFileHandle epoll, int operation, SafeHandle fd, ref byte epollEvent);

        [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
        internal static partial int EpollWait(SafeFileHandle epoll, ref byte epollEvents, int maxEvents, int timeoutMilliseconds);
    }
}
