using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const int AT_EMPTY_PATH = 0x1000;           // linux/fcntl.h
        private const uint STATX_INO = 0x100;               // linux/stat.h
        private const int StatxLength = 256;
        private const int StxInoOffset = 32;

        [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, ref byte statx);

        /// <summary>The inode of an open file, or 0 with errno set.</summary>
        internal static ulong InodeOf(SafeFileHandle file)
        {
            Span<byte> statx = stackalloc byte[StatxLength];
            return Statx(file, "", AT_EMPTY_PATH, STATX_INO, ref statx[0]) < 0
                ? 0
                : MemoryMarshal.Read<ulong>(statx[StxInoOffset..]);
        }
    }
}
