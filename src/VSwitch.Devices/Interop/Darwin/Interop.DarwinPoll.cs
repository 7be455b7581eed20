using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Darwin
    {
        internal const short POLLIN = 0x0001;            // sys/poll.h
        internal const short POLLOUT = 0x0004;
        internal const short POLLERR = 0x0008;
        internal const short POLLHUP = 0x0010;
        internal const short POLLNVAL = 0x0020;

        /// <summary>Under a lease of the handles.</summary>
        /// <param name="fds">The first of <paramref name="count"/>.</param>
        /// <param name="count">nfds_t, which is an unsigned int here.</param>
        /// <param name="timeout">Milliseconds; -1 for ever.</param>
        [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
        internal static partial int Poll(ref PollFd fds, uint count, int timeout);

        /// <summary>struct pollfd, 8 octets.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct PollFd
        {
            internal int fd;
            internal short events;
            internal short revents;
        }
    }
}
