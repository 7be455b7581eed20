namespace VSwitch.Frames;

/// <summary>Facts about <see cref="DropReason"/> as a set.</summary>
public static class DropReasons
{
    /// <summary>Members, <see cref="DropReason.None"/> included: the length of a table of counters.</summary>
    public const int Count = (int)DropReason.Taken + 1;

    /// <summary>Every reason, in the order of the stages; <see cref="DropReason.None"/> and <see cref="DropReason.Taken"/> are none.</summary>
    public static IReadOnlyList<DropReason> All { get; } = [.. Enum.GetValues<DropReason>().Where(r => r is not (DropReason.None or DropReason.Taken))];

    /// <summary>Says in a few words, for people, what a reason means: the only place that does.</summary>
    public static string Describe(DropReason reason) => reason switch
    {
        DropReason.None => "not dropped",
        DropReason.Runt => "shorter than an Ethernet header",
        DropReason.Truncated => "longer than the receive buffer",
        DropReason.BadOffload => "what virtio_net_hdr says contradicts the frame",
        DropReason.MalformedTag => "the frame ends inside a VLAN tag",
        DropReason.ReservedVlan => "VID 4095 is reserved",
        DropReason.PortBlocked => "the port is shut, by the loop guard or by too many stations",
        DropReason.FrameTypeNotAccepted => "tagged where only untagged frames are accepted, or the other way round",
        DropReason.NotMember => "of a VLAN that the port it came in by is no member of",
        DropReason.InvalidSource => "the source is a group address or zero",
        DropReason.MacControl => "MAC control (PAUSE) ends at the first hop",
        DropReason.ReservedAddress => "to an address reserved for the link, which the port does not let pass",
        DropReason.Policed => "more than the port's rate limit lets in",
        DropReason.AccessDenied => "a rule of the access list at ingress denies it",
        DropReason.StaticSource => "the source is for good behind another port",
        DropReason.StationHeld => "the source moves to and fro between ports, and is held where it was",
        DropReason.StationLimit => "the source would be one station more than its port or VLAN may have",
        DropReason.BadIp => "the packet contradicts itself",
        DropReason.BadNeighborMessage => "the ARP or ND message contradicts itself",
        DropReason.ReversePath => "the source can't be where the packet came from",
        DropReason.NeighborConflict => "the address is another station's",
        DropReason.RogueServer => "only a router or a DHCP server says that, and the port is not trusted",
        DropReason.HopLimitExceeded => "the packet has passed as many routers as it may",
        DropReason.PacketTooBig => "too long for its egress, and not to be fragmented",
        DropReason.NeighborUnresolved => "the next hop did not answer",
        DropReason.SamePort => "the destination is behind the port that it came in by",
        DropReason.NotMemberAtEgress => "the destination's port is no member of the VLAN",
        DropReason.Isolated => "the ports of source and destination are kept apart",
        DropReason.StormControl => "more than the port may have flooded",
        DropReason.NoEgress => "a flood found no other port that is up",
        DropReason.NoRoute => "no route",
        DropReason.RouterFault => "the router of a splitter threw",
        DropReason.NotForPort => "the port has no use for it: it carries IP packets for its own station",
        DropReason.EgressAccessDenied => "a rule of the access list at egress denies it",
        DropReason.Oversize => "longer than the MTU of the port that it was for",
        DropReason.LinkDown => "the link is down, or the port was unplugged",
        DropReason.EgressFull => "the device has no room at the moment",
        DropReason.DeviceRefused => "the device refused the frame",
        DropReason.DeviceFault => "the device failed",
        DropReason.Taken => "not lost: the switch itself took it",
        _ => reason.ToString(),
    };
}
