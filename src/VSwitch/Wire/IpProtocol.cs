namespace VSwitch.Wire;

/// <summary>What follows an IPv4 header (Protocol) or an IPv6 header (Next Header); the numbers that the switch looks at.</summary>
/// <remarks>Source: IANA, Assigned Internet Protocol Numbers.</remarks>
internal enum IpProtocol : byte
{
    /// <summary>IPv6 Hop-by-Hop Options (RFC 8200, section 4.3).</summary>
    HopByHopOptions = 0,

    /// <summary>Internet Control Message Protocol (RFC 792).</summary>
    Icmp = 1,

    /// <summary>Transmission Control Protocol (RFC 9293).</summary>
    Tcp = 6,

    /// <summary>User Datagram Protocol (RFC 768).</summary>
    Udp = 17,

    /// <summary>IPv6 Routing header (RFC 8200, section 4.4).</summary>
    Routing = 43,

    /// <summary>IPv6 Fragment header (RFC 8200, section 4.5).</summary>
    Fragment = 44,

    /// <summary>Authentication Header (RFC 4302).</summary>
    Authentication = 51,

    /// <summary>Internet Control Message Protocol for IPv6 (RFC 4443).</summary>
    IcmpV6 = 58,

    /// <summary>Nothing follows an IPv6 header (RFC 8200, section 4.7).</summary>
    NoNextHeader = 59,

    /// <summary>IPv6 Destination Options (RFC 8200, section 4.6).</summary>
    DestinationOptions = 60,
}
