namespace VSwitch.Frames;

/// <summary>What the frames of a device begin with.</summary>
public enum LinkLayer
{
    /// <summary>An Ethernet header: TAP (L2).</summary>
    Ethernet,

    /// <summary>An IPv4 or IPv6 header: TUN (L3).</summary>
    Ip,
}
