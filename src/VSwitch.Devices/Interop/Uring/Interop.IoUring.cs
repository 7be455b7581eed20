using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const nint SYS_io_uring_setup = 425; // the same on all architectures
        private const nint SYS_io_uring_enter = 426;
        private const uint IORING_SETUP_SUBMIT_ALL = 1 << 7;    // since Linux 5.18
        private const uint IORING_SETUP_SINGLE_ISSUER = 1 << 12; // 6.0
        private const uint IORING_SETUP_DEFER_TASKRUN = 1 << 13; // 6.1
        private const uint IORING_FEAT_SINGLE_MMAP = 1 << 0;
        private const uint IORING_ENTER_GETEVENTS = 1 << 0;
        private const byte IORING_OP_WRITE = 23;
        private const uint RWF_NOWAIT = 8;                      // linux/fs.h
        private const long IORING_OFF_SQ_RING = 0;
        private const long IORING_OFF_SQES = 0x10000000;

        [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
        private static partial nint IoUringSetup(nint number, nint entries, ref IoUringParams parameters);

        [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
        private static partial nint IoUringEnter(nint number, nint fd, nint submit, nint complete, nint flags, nint signals, nint length);

        private static SafeFileHandle IoUringSetup(uint entries, ref IoUringParams parameters) =>
            new((nint)(int)IoUringSetup(SYS_io_uring_setup, (nint)entries, ref parameters), ownsHandle: true);

        /// <summary>struct io_sqring_offsets, linux/io_uring.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct IoSqringOffsets
        {
            internal uint head;
            internal uint tail;
            internal uint ring_mask;
            internal uint ring_entries;
            internal uint flags;
            internal uint dropped;
            internal uint array;
            internal uint resv1;
            internal ulong user_addr;
        }

        /// <summary>struct io_cqring_offsets, linux/io_uring.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct IoCqringOffsets
        {
            internal uint head;
            internal uint tail;
            internal uint ring_mask;
            internal uint ring_entries;
            internal uint overflow;
            internal uint cqes;
            internal uint flags;
            internal uint resv1;
            internal ulong user_addr;
        }

        /// <summary>struct io_uring_params, linux/io_uring.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct IoUringParams
        {
            internal uint sq_entries;
            internal uint cq_entries;
            internal uint flags;
            internal uint sq_thread_cpu;
            internal uint sq_thread_idle;
            internal uint features;
            internal uint wq_fd;
            internal uint resv0;
            internal uint resv1;
            internal uint resv2;
            internal IoSqringOffsets sq_off;
            internal IoCqringOffsets cq_off;
        }

        /// <summary>struct io_uring_sqe, linux/io_uring.h: what of it a write needs.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 64)]
        private struct IoUringSqe
        {
            internal byte opcode;
            internal byte flags;
            internal ushort ioprio;
            internal int fd;
            internal ulong off;
            internal ulong addr;
            internal uint len;
            internal uint rw_flags;
            internal ulong user_data;
        }

        /// <summary>struct io_uring_cqe, linux/io_uring.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct IoUringCqe
        {
            internal ulong user_data;
            internal int res;
            internal uint flags;
        }
    }
}
