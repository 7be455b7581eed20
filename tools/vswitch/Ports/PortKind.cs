namespace VSwitch.Tool.Ports;

/// <summary>What a port is made of.</summary>
internal enum PortKind
{
    /// <summary>A TAP: an Ethernet interface of this machine.</summary>
    Tap,

    /// <summary>A TUN: an IP interface of this machine.</summary>
    Tun,
}
