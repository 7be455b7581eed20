using VSwitch.Identifiers;

namespace VSwitch.Captures.Rewriting;

/// <summary>A network whose addresses move to another: the bits of the new prefix are replaced, those behind it stay.</summary>
/// <param name="From">Addresses that the map is for.</param>
/// <param name="To">Where they go: of the same family. Its prefix may be longer or shorter.</param>
/// <remarks>As tcprewrite's pseudo-NAT does it: 10.0.0.1 through 10.0.0.0/8 to 192.168.0.0/16 becomes 192.168.0.1.</remarks>
public readonly record struct AddressMap(IpPrefix From, IpPrefix To);
