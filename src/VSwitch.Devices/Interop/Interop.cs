using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]

namespace VSwitch.Devices;

/// <summary>The system calls of this project, one a file, with the kernel's names.</summary>
internal static partial class Interop
{
    /// <summary>The C library. Descriptors as <c>int</c> only where a <see cref="System.Runtime.InteropServices.SafeHandle"/> is leased for a burst.</summary>
    internal static partial class Libc
    {
        private const string Library = "libc";
    }
}
