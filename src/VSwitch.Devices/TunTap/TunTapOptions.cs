using VSwitch.Identifiers;

namespace VSwitch.Devices.TunTap;

/// <summary>How a TAP or TUN is to be opened.</summary>
public sealed record TunTapOptions
{
    /// <summary>
    /// The interface's name, at most 15 octets. Empty: the kernel chooses (tap0, tap1, ...); <c>%d</c> in it becomes the first free number.
    /// The name of a persistent interface that nobody has open attaches to it.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>The namespace that the interface is to be in: a name (<c>ip netns add NAME</c>) or a path; null for the calling thread's.</summary>
    public string? Namespace { get; init; }

    /// <summary>Octets of the longest packet without the Ethernet header, 68 to 65,521; null leaves the kernel's (1,500).</summary>
    public int? Mtu { get; init; }

    /// <summary>TAP only: the MAC address that the kernel's end gets; null leaves the kernel's choice.</summary>
    public MacAddress? HardwareAddress { get; init; }

    /// <summary>Queues, 1 to 256; more than one sets IFF_MULTI_QUEUE, and the kernel spreads flows over them.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>
    /// Super-frames and unfinished checksums pass whole (IFF_VNET_HDR). Off: frames are as on the wire, which
    /// <see cref="TunTapDevice.SetHandler"/> requires.
    /// </summary>
    public bool Offload { get; init; } = true;

    /// <summary>The interface outlives the device (TUNSETPERSIST).</summary>
    public bool Persist { get; init; }

    /// <summary>The user that may attach to the interface without rights of his own (TUNSETOWNER); null for none.</summary>
    public uint? Owner { get; init; }

    /// <summary>The group that may attach to the interface (TUNSETGROUP); null for none.</summary>
    public uint? Group { get; init; }

    /// <summary>Bring the interface up.</summary>
    public bool Up { get; init; } = true;
}
