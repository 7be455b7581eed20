using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const uint TUNSETIFF = 0x400454CA;        // _IOW('T', 202, int), linux/if_tun.h
        internal const uint TUNGETIFF = 0x800454D2;        // _IOR('T', 210, unsigned int)

        internal const ushort IFF_TUN = 0x0001;
        internal const ushort IFF_TAP = 0x0002;
        internal const ushort IFF_MULTI_QUEUE = 0x0100;
        internal const ushort IFF_NO_PI = 0x1000;
        internal const ushort IFF_VNET_HDR = 0x4000;
        internal const ushort IFF_TUN_EXCL = 0x8000;       // EBUSY when there is an interface of the name

        internal const int IFNAMSIZ = 16;                  // with the NUL, linux/if.h

        [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
        internal static partial int IoctlIfReq(SafeFileHandle tun, nuint request, ref IfReq ifreq);

        [InlineArray(IFNAMSIZ)]
        internal struct IfName
        {
            private byte _octet0;

            internal void Set(string name)
            {
                Span<byte> octets = this;
                octets.Clear();
                Encoding.UTF8.GetBytes(name, octets[..(IFNAMSIZ - 1)]);
            }

            internal readonly string Get()
            {
                ReadOnlySpan<byte> octets = this;
                int end = octets.IndexOf((byte)0);
                return Encoding.UTF8.GetString(end < 0 ? octets : octets[..end]);
            }
        }

        [InlineArray(22)]
        internal struct IfReqRest
        {
            private byte _octet0;
        }

        /// <summary>struct ifreq with ifr_flags, 40 octets, linux/if.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct IfReq
        {
            internal IfName ifr_name;
            internal ushort ifr_flags;
            internal IfReqRest ifr_rest;
        }
    }
}
