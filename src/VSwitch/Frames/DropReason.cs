namespace VSwitch.Frames;

/// <summary>Why a frame went no further. Every frame that is received is sent or counted under exactly one of these.</summary>
public enum DropReason : byte
{
    /// <summary>Not dropped.</summary>
    None,

    /// <summary>Ingress: shorter than an Ethernet header (14 octets).</summary>
    Runt,

    /// <summary>Ingress: longer than the receive buffer, so that the kernel cut it.</summary>
    Truncated,

    /// <summary>Ingress: the offload description (virtio_net_hdr) contradicts the frame.</summary>
    BadOffload,

    /// <summary>Ingress: the frame ends inside a VLAN tag.</summary>
    MalformedTag,

    /// <summary>Ingress: tagged with VID 4095, which IEEE 802.1Q reserves.</summary>
    ReservedVlan,

    /// <summary>Ingress: the port is shut, by the loop guard or by a limit that says so; the frame was neither learned nor forwarded.</summary>
    PortBlocked,

    /// <summary>Ingress: tagged where only untagged frames are accepted, or the other way round (AcceptableFrameTypes, IEEE 802.1Q).</summary>
    FrameTypeNotAccepted,

    /// <summary>Ingress: of a VLAN that the port is no member of.</summary>
    NotMember,

    /// <summary>Ingress: the source is a group address or zero, so that it is nobody's frame.</summary>
    InvalidSource,

    /// <summary>Ingress: PAUSE or another MAC control frame, which ends at the first hop.</summary>
    MacControl,

    /// <summary>Ingress: to an address of 01-80-C2-00-00-00 to -2F that the port does not let pass; as standard -01 to -0F, which a bridge never forwards (IEEE 802.1Q, table 8-1).</summary>
    ReservedAddress,

    /// <summary>Ingress: more than the port's rate limit lets in (policing).</summary>
    Policed,

    /// <summary>Ingress: a rule of the port's access list denies the frame.</summary>
    AccessDenied,

    /// <summary>Ingress: the source is a static or sticky entry of another port.</summary>
    StaticSource,

    /// <summary>Ingress: the source moves to and fro between ports, and is held where it was for a while.</summary>
    StationHeld,

    /// <summary>Ingress: the source would be one station more than its port or VLAN may have.</summary>
    StationLimit,

    /// <summary>Ingress: no IP packet, or one that contradicts itself, where the switch looks at packets: behind a TUN, or to a gateway.</summary>
    BadIp,

    /// <summary>Ingress: an ARP or neighbour discovery message to the switch that contradicts itself (RFC 826; RFC 4861, 7.1), or one from behind a TUN, where there is no link layer to speak of.</summary>
    BadNeighborMessage,

    /// <summary>Ingress: the source is nobody's, the switch's own, or not to be found where the packet came from (RFC 3704).</summary>
    ReversePath,

    /// <summary>Ingress: the address is another station's, and the guard, a static entry, or the switch itself keeps it for that.</summary>
    NeighborConflict,

    /// <summary>Ingress: a router advertisement, a redirect or what a DHCP server says, from a port that is not trusted (RFC 6105, RFC 7610).</summary>
    RogueServer,

    /// <summary>Routing: the packet has passed as many routers as it may (TTL, hop limit).</summary>
    HopLimitExceeded,

    /// <summary>Routing: too long for its egress, and not to be fragmented.</summary>
    PacketTooBig,

    /// <summary>Routing: the next hop did not answer ARP or ND, or too many packets wait for it already.</summary>
    NeighborUnresolved,

    /// <summary>Resolving: the destination is behind the port that the frame came from.</summary>
    SamePort,

    /// <summary>Resolving: the port of the destination is no member of the frame's VLAN.</summary>
    NotMemberAtEgress,

    /// <summary>Resolving: the ports of source and destination are kept apart (port isolation).</summary>
    Isolated,

    /// <summary>Resolving: more broadcasts, multicasts or unknown unicasts than the port may have flooded.</summary>
    StormControl,

    /// <summary>Resolving: a flood found no other port that is up.</summary>
    NoEgress,

    /// <summary>Resolving: no route for the packet; a joiner knows no device for the destination and has no default, or a splitter's router named no frontend that is there and up.</summary>
    NoRoute,

    /// <summary>Resolving: the router of a splitter threw.</summary>
    RouterFault,

    /// <summary>Egress: flooded to a port of bare IP packets that has no use for it: no IP, for another station, or tagged.</summary>
    NotForPort,

    /// <summary>Egress: a rule of the egress port's access list denies the frame.</summary>
    EgressAccessDenied,

    /// <summary>Egress: longer than the egress port's MTU.</summary>
    Oversize,

    /// <summary>Egress: the port was administratively down, had no carrier, or was unplugged.</summary>
    LinkDown,

    /// <summary>Egress: the device has no room at the moment.</summary>
    EgressFull,

    /// <summary>Egress: the device refused this frame for a reason of its own.</summary>
    DeviceRefused,

    /// <summary>Egress: the device failed with an error, and the rest of the burst with it.</summary>
    DeviceFault,

    /// <summary>
    /// Not a loss, and never counted as one: the switch itself took the frame. Either it was the receiver, which counts as sent to its own station, or
    /// it holds the packet until the next hop is known.
    /// </summary>
    Taken,
}
