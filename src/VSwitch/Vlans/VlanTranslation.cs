using VSwitch.Identifiers;

namespace VSwitch.Vlans;

/// <summary>One VLAN that has another number at a port (VID translation, IEEE Std 802.1Q-2018, clause 6.9).</summary>
/// <param name="OnWire">The VID in tags at the port.</param>
/// <param name="Inside">The VLAN in the switch.</param>
public readonly record struct VlanTranslation(VlanId OnWire, VlanId Inside)
{
    /// <summary>As the command line takes it.</summary>
    public override string ToString() => $"{OnWire}:{Inside}";
}
