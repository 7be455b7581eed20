using System.Runtime.InteropServices;

namespace VSwitch.Devices.Netlink;

/// <summary>struct ifaddrmsg, the fixed part of address messages, linux/if_addr.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IfAddrMsg
{
    internal byte Family;
    internal byte PrefixLength;
    internal byte Flags;
    internal byte Scope;
    internal int Index;
}
