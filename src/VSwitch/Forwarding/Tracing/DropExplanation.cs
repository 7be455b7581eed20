using VSwitch.Frames;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Says in a few words what a <see cref="DropReason"/> means, where there is nothing more to say.</summary>
internal static class DropExplanation
{
    internal static string Of(DropReason reason) => reason switch
    {
        DropReason.Runt => "shorter than an Ethernet header",
        DropReason.Truncated => "longer than the receive buffer",
        DropReason.BadOffload => "what virtio_net_hdr says contradicts the frame",
        DropReason.MalformedTag => "the frame ends inside a VLAN tag",
        DropReason.ReservedVlan => "VID 4095 is reserved",
        DropReason.InvalidSource => "the source is a group address or zero",
        DropReason.MacControl => "MAC control (PAUSE) ends at the first hop",
        DropReason.BadIp => "the packet contradicts itself",
        DropReason.BadNeighborMessage => "the ARP or ND message contradicts itself",
        DropReason.ReversePath => "the source can't be where the packet came from",
        DropReason.NeighborConflict => "the address is another station's",
        DropReason.RogueServer => "only a router or a DHCP server says that, and the port is not trusted",
        DropReason.HopLimitExceeded => "the packet has passed as many routers as it may",
        DropReason.PacketTooBig => "too long for its egress, and not to be fragmented",
        DropReason.NeighborUnresolved => "the next hop did not answer",
        DropReason.NoRoute => "no route",
        DropReason.NotForPort => "the port has no use for it: it carries IP packets for its own station",
        DropReason.EgressFull => "the device has no room at the moment",
        DropReason.DeviceRefused => "the device refused the frame",
        DropReason.DeviceFault => "the device failed",
        DropReason.LinkDown => "the link is down, or the port was unplugged",
        _ => reason.ToString(),
    };
}
