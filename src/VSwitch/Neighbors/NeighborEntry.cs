using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <summary>One neighbour, as it stood when it was read.</summary>
/// <param name="Address">IPv4 or IPv6.</param>
/// <param name="HardwareAddress">Where frames for it go; zero for an incomplete entry.</param>
/// <param name="Port">Which port it is behind; <see cref="PortId.None"/> for an incomplete entry.</param>
/// <param name="State">Never <see cref="NeighborState.None"/>.</param>
/// <param name="Age">Since it was last heard, to the second; zero for a permanent entry; since it was first asked for, for an incomplete one.</param>
public readonly record struct NeighborEntry(IPAddress Address, MacAddress HardwareAddress, PortId Port, NeighborState State, TimeSpan Age);
