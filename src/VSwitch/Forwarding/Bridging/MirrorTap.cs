using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Where frames of a port are shown.</summary>
/// <param name="Vlans">Frames of these VLANs; null for all.</param>
/// <param name="To">The port that shows them; null with <paramref name="ToVlan"/>.</param>
/// <param name="ToVlan">The VLAN that shows them.</param>
internal sealed record MirrorTap(VlanSet? Vlans, ForwardingPort? To, VlanId ToVlan);
