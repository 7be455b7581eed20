using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Darwin
    {
        /// <summary>Makes a pipe.</summary>
        /// <param name="descriptors">The first of two: the end to read from; the end to write to is behind it.</param>
        [LibraryImport(Library, EntryPoint = "pipe", SetLastError = true)]
        internal static partial int Pipe(ref int descriptors);
    }
}
