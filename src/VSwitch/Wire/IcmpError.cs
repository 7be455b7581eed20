namespace VSwitch.Wire;

/// <summary>What a sender is told of its packet; the same for IPv4 and IPv6, where the numbers differ.</summary>
internal enum IcmpError
{
    /// <summary>TTL or hop limit ran out in transit: 11/0 (RFC 792), 3/0 (RFC 4443).</summary>
    TimeExceeded,

    /// <summary>No route: 3/0 (RFC 792), 1/0 (RFC 4443).</summary>
    NetUnreachable,

    /// <summary>Nobody answers for the address: 3/1 (RFC 792), 1/3 (RFC 4443).</summary>
    HostUnreachable,

    /// <summary>Nobody listens: 3/3 (RFC 792), 1/4 (RFC 4443).</summary>
    PortUnreachable,

    /// <summary>Longer than the next link takes: 3/4 with its MTU (RFC 1191), 2/0 (RFC 4443).</summary>
    PacketTooBig,

    /// <summary>A rule forbids it: 3/13 (RFC 1812, section 5.2.7.1), 1/1 (RFC 4443).</summary>
    AdministrativelyProhibited,
}
