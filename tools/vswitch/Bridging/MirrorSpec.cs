using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>A mirror as the user asks for it, ports by the names that he gave them.</summary>
/// <param name="Where">What he wrote, for problems.</param>
/// <param name="From">The ports; empty for all.</param>
/// <param name="Vlans">Frames of these VLANs only.</param>
/// <param name="Directions">Which way.</param>
/// <param name="To">The port that shows them; null with <paramref name="ToVlan"/>.</param>
/// <param name="ToVlan">The VLAN that shows them.</param>
internal sealed record MirrorSpec(string Where, IReadOnlyList<string> From, VlanSet Vlans, MirrorDirections Directions, string? To, VlanId? ToVlan);
