namespace VSwitch.Integration.Tests.Oracles;

/// <summary>What a port of a topology is for.</summary>
internal enum PortRole
{
    /// <summary>All VLANs, VLAN 1 untagged.</summary>
    AllVlans,

    /// <summary>One VLAN, untagged.</summary>
    Access,

    /// <summary>Some VLANs, tagged.</summary>
    Trunk,

    /// <summary>Some VLANs, tagged, and one without a tag.</summary>
    NativeTrunk,

    /// <summary>Some VLANs, tagged, and one more that untagged frames are of.</summary>
    NativeTaggedTrunk,

    /// <summary>One VLAN, around whatever comes in.</summary>
    Tunnel,
}
