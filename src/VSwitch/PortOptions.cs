using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch;

/// <summary>How a device is plugged in.</summary>
public sealed record PortOptions
{
    /// <summary>
    /// Routers and DHCP servers may be behind the port. Otherwise what only they send is dropped (<see cref="Frames.DropReason.RogueServer"/>).
    /// </summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>
    /// Of a device of bare IP packets (TUN): the MAC address of the hosts behind the port, as Ethernet stations see them; null for one that is made of the names of switch and port, so
    /// that it is the same each time.
    /// </summary>
    public MacAddress? HardwareAddress { get; init; }

    /// <summary>
    /// Of a device of bare IP packets: the addresses behind the port, each with the network it is in: they are answered for from the start, and packets from other networks are dropped
    /// (<see cref="Frames.DropReason.ReversePath"/>). Empty: addresses are learned from the packets.
    /// </summary>
    public IReadOnlyList<IpPrefix> Addresses { get; init; } = [];

    /// <summary>VLANs, and what else the bridge does with frames of the port.</summary>
    public PortPolicy Policy { get; init; } = PortPolicy.None;
}
