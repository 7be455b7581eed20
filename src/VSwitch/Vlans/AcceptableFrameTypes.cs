namespace VSwitch.Vlans;

/// <summary>Which frames a port admits, by their tag (IEEE Std 802.1Q-2018, clause 6.9).</summary>
public enum AcceptableFrameTypes
{
    /// <summary>Admit all frames.</summary>
    All,

    /// <summary>Admit only VLAN-tagged frames.</summary>
    OnlyTagged,

    /// <summary>Admit only untagged and priority-tagged frames.</summary>
    OnlyUntagged,
}
