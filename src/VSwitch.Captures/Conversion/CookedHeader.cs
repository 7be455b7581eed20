namespace VSwitch.Captures.Conversion;

/// <summary>What the two Linux cooked headers say, each in its own order.</summary>
/// <param name="Length">Octets of the header.</param>
/// <param name="PacketType">Whom the packet was for (PACKET_ of linux/if_packet.h).</param>
/// <param name="Hardware">What sort of interface it was seen at (ARPHRD_ of linux/if_arp.h).</param>
/// <param name="AddressLength">Octets of the sender's address.</param>
/// <param name="Protocol">An EtherType; below 1536 a number of Linux (ETH_P_ of linux/if_ether.h).</param>
/// <param name="AddressAt">Where the sender's address stands: eight octets, whatever its length.</param>
/// <remarks>Source: LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2.</remarks>
internal readonly record struct CookedHeader(int Length, int PacketType, int Hardware, int AddressLength, ushort Protocol, int AddressAt)
{
    internal const int MaxLengthField = 1500;
    internal const int MinEtherType = 0x0600;

    private const int PacketBroadcast = 1;

    private const int ArpHrdEther = 1;
    private const int ArpHrdLoopback = 772;
    private const int ArpHrdPpp = 512;
    private const int ArpHrdRawIp = 519;
    private const int ArpHrdTunnel = 768;
    private const int ArpHrdTunnel6 = 769;
    private const int ArpHrdSit = 776;
    private const int ArpHrdNone = 65_534;

    private const ushort Ethernet8023 = 0x0001;
    private const ushort LogicalLinkControl = 0x0004;

    /// <summary>Whether packets of the interface have Ethernet headers.</summary>
    internal bool IsLikeEthernet => Hardware is ArpHrdEther or ArpHrdLoopback;

    /// <summary>Whether packets of the interface are IP with nothing in front.</summary>
    internal bool HasBareIp => Hardware is ArpHrdNone or ArpHrdRawIp or ArpHrdPpp or ArpHrdTunnel or ArpHrdTunnel6 or ArpHrdSit;

    /// <summary>Whether it is a frame whose field held a length.</summary>
    internal bool IsLengthFrame => Protocol is Ethernet8023 or LogicalLinkControl;

    internal bool IsBroadcast => PacketType == PacketBroadcast;
}
