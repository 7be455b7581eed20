using System.Runtime.InteropServices;

namespace VSwitch.Devices.Netlink;

/// <summary>struct ifinfomsg, the fixed part of link messages, linux/rtnetlink.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IfInfoMsg
{
    internal const int Length = 16;

    internal byte Family;
    internal byte Pad;
    internal ushort Type;
    internal int Index;
    internal uint Flags;
    internal uint Change;
}
