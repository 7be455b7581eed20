namespace VSwitch.Devices.Netlink;

/// <summary>Attributes of link messages (linux/if_link.h).</summary>
internal static class LinkAttribute
{
    internal const ushort Address = 1;          // IFLA_ADDRESS
    internal const ushort Name = 3;             // IFLA_IFNAME
    internal const ushort Mtu = 4;
    internal const ushort Info = 18;            // IFLA_LINKINFO
    internal const ushort Stats64 = 23;
    internal const ushort Group = 27;           // IFLA_GROUP
    internal const ushort NamespaceFd = 28;     // IFLA_NET_NS_FD
    internal const ushort TargetNamespaceId = 46;

    internal const ushort InfoKind = 1;         // IFLA_INFO_KIND, in IFLA_LINKINFO
    internal const ushort InfoData = 2;

    internal const ushort TunType = 3;          // IFLA_TUN_TYPE, in IFLA_INFO_DATA
    internal const ushort TunPersist = 6;
    internal const ushort TunMultiQueue = 7;
    internal const ushort TunNumQueues = 8;
}
