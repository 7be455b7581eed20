namespace VSwitch.Wire;

/// <summary>What an ICMPv6 message is; below 128 it reports an error. The types that the switch looks at.</summary>
/// <remarks>Sources: RFC 4443, section 2.1; RFC 4861, section 4.</remarks>
internal enum IcmpV6Type : byte
{
    /// <summary>No type: reserved (RFC 4443 gives no meaning to 0).</summary>
    None = 0,

    /// <summary>A packet cannot be delivered; the code says why.</summary>
    DestinationUnreachable = 1,

    /// <summary>A packet is longer than the next link takes.</summary>
    PacketTooBig = 2,

    /// <summary>The hop limit ran out, or a reassembly took too long.</summary>
    TimeExceeded = 3,

    /// <summary>A field of a header makes no sense.</summary>
    ParameterProblem = 4,

    /// <summary>Asks for an echo.</summary>
    EchoRequest = 128,

    /// <summary>Is the echo.</summary>
    EchoReply = 129,

    /// <summary>Asks routers to advertise themselves.</summary>
    RouterSolicitation = 133,

    /// <summary>A router advertises itself.</summary>
    RouterAdvertisement = 134,

    /// <summary>Asks for the link-layer address of a neighbor.</summary>
    NeighborSolicitation = 135,

    /// <summary>A neighbor tells its link-layer address.</summary>
    NeighborAdvertisement = 136,

    /// <summary>A router tells of a better first hop.</summary>
    Redirect = 137,
}
