using VSwitch.Identifiers;

namespace VSwitch.Captures.Rewriting;

/// <summary>A MAC address that is replaced wherever an Ethernet header has it.</summary>
/// <param name="From">The address to look for.</param>
/// <param name="To">What stands there afterwards; a later substitution may replace it again.</param>
public readonly record struct MacSubstitution(MacAddress From, MacAddress To);
