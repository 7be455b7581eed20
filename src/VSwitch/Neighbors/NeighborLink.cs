using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <summary>How a neighbour is reached.</summary>
/// <param name="HardwareAddress">Where frames for it go.</param>
/// <param name="Port">Which port it is behind.</param>
/// <param name="NeedsUse">Nothing has confirmed it for a while: <see cref="NeighborTable.Use"/> is to be called, and the frame to be sent all the same.</param>
internal readonly record struct NeighborLink(MacAddress HardwareAddress, PortId Port, bool NeedsUse);
