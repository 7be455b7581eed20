using VSwitch.Identifiers;

namespace VSwitch.Captures.Rewriting;

/// <summary>A MAC address for each side of the traffic.</summary>
/// <param name="Primary">For frames of the primary side; null leaves theirs.</param>
/// <param name="Secondary">For frames of the secondary side; null leaves theirs.</param>
public sealed record MacPair(MacAddress? Primary, MacAddress? Secondary = null)
{
    internal MacAddress? Of(RewriteSide side) => side == RewriteSide.Primary ? Primary : Secondary;
}
