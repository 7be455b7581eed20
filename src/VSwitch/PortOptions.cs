using VSwitch.Identifiers;

namespace VSwitch;

/// <summary>How a device is plugged in. All of it concerns devices of bare IP packets (TUN); an Ethernet device brings its own addresses.</summary>
public sealed record PortOptions
{
    /// <summary>
    /// The MAC address of the hosts behind the port, as Ethernet stations see them; null for one that is made of the names of switch and port, so
    /// that it is the same each time.
    /// </summary>
    public MacAddress? HardwareAddress { get; init; }

    /// <summary>
    /// The addresses behind the port, each with the network it is in: they are answered for from the start, and packets from other networks are dropped
    /// (<see cref="Frames.DropReason.ReversePath"/>). Empty: addresses are learned from the packets.
    /// </summary>
    public IReadOnlyList<IpPrefix> Addresses { get; init; } = [];
}
