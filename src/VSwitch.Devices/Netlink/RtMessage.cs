namespace VSwitch.Devices.Netlink;

/// <summary>Message types of NETLINK_ROUTE that this project speaks (linux/rtnetlink.h, linux/netlink.h).</summary>
internal enum RtMessage : ushort
{
    Error = 2,              // NLMSG_ERROR: errno 0 is the acknowledgement
    Done = 3,
    NewLink = 16,           // RTM_NEWLINK
    DeleteLink = 17,
    GetLink = 18,
    SetLink = 19,
    NewAddress = 20,
    NewRoute = 24,
    NewNamespaceId = 88,    // RTM_NEWNSID
    DeleteNamespaceId = 89,
    GetNamespaceId = 90,
}
