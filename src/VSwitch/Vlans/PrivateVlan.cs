using VSwitch.Identifiers;

namespace VSwitch.Vlans;

/// <summary>A VLAN whose hosts are kept apart though they share one network: promiscuous ports reach all, hosts reach those and at most their community.</summary>
/// <remarks>
/// A port whose PVID is the primary VLAN is promiscuous; one whose PVID is the isolated VLAN or a community is a host port. All of them learn into one
/// filtering database (shared VLAN learning). A trunk carries the VLANs that it is a member of under their own numbers. Source: RFC 5517.
/// </remarks>
public sealed record PrivateVlan(VlanId Primary)
{
    /// <summary>The VLAN of hosts that reach no other host; null for none.</summary>
    public VlanId? Isolated { get; init; }

    /// <summary>VLANs of hosts that reach their like.</summary>
    public IReadOnlyList<VlanId> Communities { get; init; } = [];

    /// <summary>The isolated VLAN and the communities.</summary>
    internal IEnumerable<VlanId> Secondaries => Isolated is { } isolated ? Communities.Prepend(isolated) : Communities;
}
