using VSwitch.Identifiers;

namespace VSwitch.Vlans;

/// <summary>Who is in a VLAN, or in several in a row that have the same members, as it stood when it was read.</summary>
/// <param name="First">The first VLAN of the row.</param>
/// <param name="Last">The last; the same as <paramref name="First"/> for a single one.</param>
/// <param name="Tagged">Names of the ports that send its frames with a tag, in the order of the ports.</param>
/// <param name="Untagged">Names of those that send them without one.</param>
/// <param name="PvidOf">Names of the ports whose frames without a VLAN are of this one.</param>
/// <param name="Stations">Entries of the filtering database in these VLANs.</param>
public sealed record VlanMembership(
    VlanId First, VlanId Last, IReadOnlyList<string> Tagged, IReadOnlyList<string> Untagged, IReadOnlyList<string> PvidOf, int Stations)
{
    /// <summary>The row as <see cref="VlanSet"/> writes it: <c>10</c> or <c>20-4094</c>.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
