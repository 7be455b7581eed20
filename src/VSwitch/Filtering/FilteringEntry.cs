using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>One entry of the filtering database, as it stood when it was read.</summary>
/// <param name="Vlan">The VLAN in which the station was seen.</param>
/// <param name="Mac">The station.</param>
/// <param name="Port">Where it is.</param>
/// <param name="Kind">How it came about, and whether it stays.</param>
/// <param name="Age">Since the station was last heard, to the second; zero for one that never ages.</param>
public readonly record struct FilteringEntry(VlanId Vlan, MacAddress Mac, PortId Port, FilteringEntryKind Kind, TimeSpan Age)
{
    /// <summary>Entered by an administrator: never ages, never moves.</summary>
    public bool IsStatic => Kind == FilteringEntryKind.Static;
}
