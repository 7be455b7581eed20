using System.Runtime.InteropServices;

namespace VSwitch.Devices.Netlink;

/// <summary>struct rtmsg, the fixed part of route messages, linux/rtnetlink.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RtMsg
{
    internal byte Family;
    internal byte DestinationLength;
    internal byte SourceLength;
    internal byte Tos;
    internal byte Table;
    internal byte Protocol;
    internal byte Scope;
    internal byte Type;
    internal uint Flags;
}
