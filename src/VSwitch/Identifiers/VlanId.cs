using System.Globalization;

namespace VSwitch.Identifiers;

/// <summary>A VLAN identifier (VID), 12 bits.</summary>
/// <param name="Value">1 to 4094 name a VLAN; 0 means "priority-tagged, no VLAN", 4095 is reserved.</param>
/// <remarks>Source: IEEE Std 802.1Q-2018, clause 9.6.</remarks>
public readonly record struct VlanId(ushort Value)
{
    /// <summary>The VID that a frame gets when nothing else is said: the default PVID of the standard.</summary>
    public static VlanId Default => new(1);

    /// <summary>In a tag: the tag carries a priority, and no VLAN.</summary>
    public static VlanId PriorityTagged => new(0);

    /// <summary>Never a VLAN on the wire.</summary>
    public static VlanId Reserved => new(4095);

    /// <summary>The decimal number, as <c>bridge vlan</c> prints it.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
