namespace VSwitch.Wire;

/// <summary>What an Ethernet frame carries; below 1536 the field is a length (IEEE Std 802.3, clause 3.2.6).</summary>
public enum EtherType : ushort
{
    /// <summary>No type: what an octet pair of zeros reads as.</summary>
    None = 0,

    /// <summary>Internet Protocol version 4 (RFC 894).</summary>
    IPv4 = 0x0800,

    /// <summary>Address Resolution Protocol (RFC 826).</summary>
    Arp = 0x0806,

    /// <summary>The customer VLAN tag of IEEE Std 802.1Q.</summary>
    CustomerVlan = 0x8100,

    /// <summary>Internet Protocol version 6 (RFC 2464).</summary>
    IPv6 = 0x86DD,

    /// <summary>MAC control, PAUSE among it (IEEE Std 802.3, clause 31).</summary>
    MacControl = 0x8808,

    /// <summary>The service VLAN tag of IEEE Std 802.1Q (802.1ad).</summary>
    ServiceVlan = 0x88A8,
}
