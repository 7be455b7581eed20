using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const int PROT_READ = 1;
        private const int PROT_WRITE = 2;
        private const int MAP_SHARED = 1;
        private const int MAP_POPULATE = 0x8000;

        [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
        private static partial nint Mmap(nint address, nuint length, int protection, int flags, SafeFileHandle fd, long offset);

        [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
        private static partial int Munmap(nint address, nuint length);

        /// <summary>Memory that is shared with the kernel, until it is disposed of.</summary>
        private sealed class SharedMapping : SafeHandleZeroOrMinusOneIsInvalid
        {
            private readonly nuint _length;

            /// <param name="fd">Whose memory.</param>
            /// <param name="length">Octets.</param>
            /// <param name="offset">Which of it. Invalid when the kernel refuses, with errno set.</param>
            internal SharedMapping(SafeFileHandle fd, nuint length, long offset)
                : base(ownsHandle: true)
            {
                _length = length;
                SetHandle(Mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset));
            }

            /// <inheritdoc/>
            protected override bool ReleaseHandle() => Munmap(handle, _length) == 0;
        }
    }
}
