using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int MSG_TRUNC = 0x20;

        [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
        private static partial nint RecvMsg(SafeFileHandle socket, ref MsgHdr message, int flags);

        /// <summary>
        /// Receives one datagram into <paramref name="buffer"/> (MSG_TRUNC in <paramref name="messageFlags"/> when it is longer), and what the
        /// kernel says beside it into <paramref name="control"/>; -1 with errno set when there is none.
        /// </summary>
        internal static unsafe nint RecvMsg(
            SafeFileHandle socket, Span<byte> buffer, Span<byte> control, int flags, out int controlLength, out int messageFlags)
        {
            // SAFETY: both spans stay fixed until the call returns, and the kernel writes no more than the lengths given with them.
            fixed (byte* data = buffer, controlData = control)
            {
                IoVec vector = new() { iov_base = (nint)data, iov_len = (nuint)buffer.Length };
                MsgHdr message = new()
                {
                    msg_iov = (nint)(&vector),
                    msg_iovlen = 1,
                    msg_control = (nint)controlData,
                    msg_controllen = (nuint)control.Length,
                };
                nint length = RecvMsg(socket, ref message, flags);
                controlLength = length < 0 ? 0 : (int)message.msg_controllen;
                messageFlags = message.msg_flags;
                return length;
            }
        }

        /// <summary>struct iovec, bits/types/struct_iovec.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct IoVec
        {
            internal nint iov_base;
            internal nuint iov_len;
        }

        /// <summary>struct msghdr of 64-bit glibc and musl on a little-endian machine, bits/socket.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct MsgHdr
        {
            internal nint msg_name;
            internal uint msg_namelen;
            internal nint msg_iov;
            internal nuint msg_iovlen;
            internal nint msg_control;
            internal nuint msg_controllen;
            internal int msg_flags;
        }
    }
}
