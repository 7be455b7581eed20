namespace VSwitch.Devices.Packet;

/// <summary>How an interface is to be taken hold of by a packet socket.</summary>
public sealed record PacketOptions
{
    /// <summary>The interface's name; it must be there.</summary>
    public required string Name { get; init; }

    /// <summary>The namespace that the interface is in: a name (<c>ip netns add NAME</c>) or a path; null for the calling thread's.</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// Super-frames and unfinished checksums pass whole, described by a virtio_net_hdr (PACKET_VNET_HDR). Off: frames are what tcpdump would show, so
    /// that those which the machine itself sends may still be longer than the MTU, and lack a checksum.
    /// </summary>
    public bool Offload { get; init; } = true;

    /// <summary>Receive frames for other stations too (PACKET_MR_PROMISC), as a port of a switch must.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Nothing is received, which saves the kernel a copy of every frame.</summary>
    public bool SendOnly { get; init; }

    /// <summary>Sent frames go past the traffic control of the interface (PACKET_QDISC_BYPASS): faster, and tc's shaping and netem do not see them.</summary>
    public bool QdiscBypass { get; init; }

    /// <summary>Octets that the kernel holds for each direction; where the right is missing, what the system allows.</summary>
    public int BufferOctets { get; init; } = 8 << 20;
}
