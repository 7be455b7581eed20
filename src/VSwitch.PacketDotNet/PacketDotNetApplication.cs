namespace VSwitch.PacketDotNet;

/// <summary>What <see cref="PacketDotNetDissector"/> names beyond IP and ports, for <c>ClassifierRule.Application</c>.</summary>
public static class PacketDotNetApplication
{
    /// <summary>DHCP for IPv4.</summary>
    public const ushort Dhcp = 1;

    /// <summary>Virtual Extensible LAN.</summary>
    public const ushort Vxlan = 2;

    /// <summary>Layer 2 Tunneling Protocol.</summary>
    public const ushort L2tp = 3;

    /// <summary>Generic Routing Encapsulation.</summary>
    public const ushort Gre = 4;

    /// <summary>Link Layer Discovery Protocol.</summary>
    public const ushort Lldp = 5;

    /// <summary>Open Shortest Path First.</summary>
    public const ushort Ospf = 6;

    /// <summary>Internet Group Management Protocol.</summary>
    public const ushort Igmp = 7;

    /// <summary>PPP over Ethernet.</summary>
    public const ushort Pppoe = 8;

    /// <summary>Real-time Transport Protocol.</summary>
    public const ushort Rtp = 9;

    /// <summary>RTP Control Protocol.</summary>
    public const ushort Rtcp = 10;

    /// <summary>Wake-on-LAN.</summary>
    public const ushort WakeOnLan = 11;

    /// <summary>Neighbor Discovery.</summary>
    public const ushort Ndp = 12;
}
