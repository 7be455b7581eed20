namespace VSwitch.Wire;

/// <summary>What follows an IPv4 header (Protocol) or an IPv6 header (Next Header); the numbers that have a name here. Any other is as good.</summary>
/// <remarks>Source: IANA, Assigned Internet Protocol Numbers.</remarks>
public enum IpProtocol : byte
{
    /// <summary>IPv6 Hop-by-Hop Options (RFC 8200, section 4.3).</summary>
    HopByHopOptions = 0,

    /// <summary>Internet Control Message Protocol (RFC 792).</summary>
    Icmp = 1,

    /// <summary>Internet Group Management Protocol (RFC 3376).</summary>
    Igmp = 2,

    /// <summary>Transmission Control Protocol (RFC 9293).</summary>
    Tcp = 6,

    /// <summary>User Datagram Protocol (RFC 768).</summary>
    Udp = 17,

    /// <summary>IPv6 Routing header (RFC 8200, section 4.4).</summary>
    Routing = 43,

    /// <summary>IPv6 Fragment header (RFC 8200, section 4.5).</summary>
    Fragment = 44,

    /// <summary>Generic Routing Encapsulation (RFC 2784).</summary>
    Gre = 47,

    /// <summary>Encapsulating Security Payload (RFC 4303).</summary>
    Esp = 50,

    /// <summary>Authentication Header (RFC 4302).</summary>
    Authentication = 51,

    /// <summary>Internet Control Message Protocol for IPv6 (RFC 4443).</summary>
    IcmpV6 = 58,

    /// <summary>Nothing follows an IPv6 header (RFC 8200, section 4.7).</summary>
    NoNextHeader = 59,

    /// <summary>IPv6 Destination Options (RFC 8200, section 4.6).</summary>
    DestinationOptions = 60,

    /// <summary>Stream Control Transmission Protocol (RFC 9260).</summary>
    Sctp = 132,
}
