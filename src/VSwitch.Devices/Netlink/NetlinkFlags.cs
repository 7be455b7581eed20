namespace VSwitch.Devices.Netlink;

/// <summary>Flags of a netlink request (linux/netlink.h).</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    Request = 0x001,
    Acknowledge = 0x004,
    Replace = 0x100,
    Create = 0x400,
}
