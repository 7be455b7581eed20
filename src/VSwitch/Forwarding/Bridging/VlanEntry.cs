using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Bridging;

/// <summary>What the stages know of a VLAN.</summary>
/// <remarks>VLANs with the same members share an entry as far as they learn into the same database.</remarks>
/// <param name="Members">Ports that are up and may send frames of the VLAN.</param>
/// <param name="Untagged">Those of them that send without a tag.</param>
/// <param name="Primary">Of a secondary VLAN (private VLANs), the VLAN whose stations it shares; 0 for a VLAN that learns for itself.</param>
/// <param name="Learns">Stations are learned in the VLAN.</param>
internal sealed record VlanEntry(PortSet Members, PortSet Untagged, VlanId Primary, bool Learns)
{
    /// <summary>A secondary VLAN.</summary>
    internal bool IsSecondary => Primary.Value != 0;
}
