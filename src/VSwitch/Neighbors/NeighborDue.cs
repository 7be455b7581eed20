using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <summary>Something to be sent, or given up.</summary>
/// <param name="Kind">What.</param>
/// <param name="Address">The neighbour.</param>
/// <param name="To">The neighbour's hardware address for a probe, else zero.</param>
/// <param name="Asker">The port that asked first.</param>
/// <param name="Source">The address to ask from, as the asker gave it.</param>
internal readonly record struct NeighborDue(NeighborDueKind Kind, IpAddressKey Address, MacAddress To, PortId Asker, IpAddressKey Source);
