namespace VSwitch.Classifying;

/// <summary>What of a packet could be read: each member stands for fields of <see cref="PacketFacts"/> that mean something then.</summary>
[Flags]
public enum PacketFields : ushort
{
    /// <summary>Nothing but the length.</summary>
    None = 0,

    /// <summary>The MAC addresses.</summary>
    Ethernet = 1 << 0,

    /// <summary>A VLAN tag.</summary>
    Vlan = 1 << 1,

    /// <summary>A second VLAN tag, inside the first.</summary>
    InnerVlan = 1 << 2,

    /// <summary>ARP for IPv4: the operation, and as addresses those of sender and target.</summary>
    Arp = 1 << 3,

    /// <summary>An IPv4 header: addresses, protocol, DSCP, TTL.</summary>
    IPv4 = 1 << 4,

    /// <summary>An IPv6 header: addresses, protocol, DSCP, hop limit.</summary>
    IPv6 = 1 << 5,

    /// <summary>A part of a datagram, the first included; no part shows what is above IP.</summary>
    Fragment = 1 << 6,

    /// <summary>The ports of TCP, UDP or SCTP.</summary>
    Ports = 1 << 7,

    /// <summary>The flags of TCP.</summary>
    TcpFlags = 1 << 8,

    /// <summary>Type and code of ICMP or ICMPv6.</summary>
    Icmp = 1 << 9,
}
