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

    /// <summary>Ingress: the source is a group address or zero, so that it is nobody's frame.</summary>
    InvalidSource,

    /// <summary>Ingress: PAUSE or another MAC control frame, which ends at the first hop.</summary>
    MacControl,

    /// <summary>Ingress: to 01-80-C2-00-00-01 to -0F, which a bridge never forwards (IEEE 802.1Q, table 8-1).</summary>
    ReservedAddress,

    /// <summary>Ingress: the source is a static entry of another port.</summary>
    StaticSource,

    /// <summary>Resolving: the destination is behind the port that the frame came from.</summary>
    SamePort,

    /// <summary>Resolving: a flood found no other port that is up.</summary>
    NoEgress,

    /// <summary>Resolving: a joiner knows no device for the destination and has no default, or a splitter's router named no frontend that is there and up.</summary>
    NoRoute,

    /// <summary>Resolving: the router of a splitter threw.</summary>
    RouterFault,

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
}
