using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    /// <summary>What macOS has beside the calls of <see cref="Libc"/>, and what it numbers otherwise.</summary>
    internal static partial class Darwin
    {
        internal const uint CTLIOCGINFO = 0xC064_4E03;   // _IOWR('N', 3, struct ctl_info), sys/kern_control.h
        internal const uint SIOCGIFMTU = 0xC020_6933;    // _IOWR('i', 51, struct ifreq), sys/sockio.h
        internal const uint FIOCLEX = 0x2000_6601;       // _IO('f', 1), sys/filio.h: close on exec

        internal const int MAX_KCTL_NAME = 96;
        internal const int IFNAMSIZ = 16;

        private const string Library = "libc";

        /// <summary>An ioctl with an argument, which C declares as variadic.</summary>
        internal static int Ioctl<T>(SafeFileHandle socket, uint request, ref T argument)
            where T : unmanaged
        {
            ref byte octets = ref Unsafe.As<T, byte>(ref argument);
            return RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? IoctlArm64(socket, request, 0, 0, 0, 0, 0, 0, ref octets)
                : IoctlX64(socket, request, ref octets);
        }

        /// <summary>An ioctl without an argument.</summary>
        [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
        internal static partial int Ioctl(SafeFileHandle descriptor, nuint request);

        [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
        private static partial int IoctlX64(SafeFileHandle socket, nuint request, ref byte argument);

        // Apple's arm64 takes variadic arguments from the stack, even while registers are free: six that nobody reads fill x2 to x7.
        [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
        private static partial int IoctlArm64(
            SafeFileHandle socket, nuint request, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, ref byte argument);

        [InlineArray(MAX_KCTL_NAME)]
        internal struct CtlName
        {
            private byte _octet0;
        }

        /// <summary>struct ctl_info, 100 octets, sys/kern_control.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct CtlInfo
        {
            internal uint ctl_id;
            internal CtlName ctl_name;
        }

        [InlineArray(IFNAMSIZ)]
        internal struct IfName
        {
            private byte _octet0;
        }

        [InlineArray(12)]
        internal struct IfReqRest
        {
            private byte _octet0;
        }

        /// <summary>struct ifreq with ifr_mtu, 32 octets, net/if.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct IfReq
        {
            internal IfName ifr_name;
            internal int ifr_mtu;
            internal IfReqRest ifr_rest;
        }
    }
}
