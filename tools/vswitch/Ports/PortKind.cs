namespace VSwitch.Tool.Ports;

/// <summary>What a port is a port to.</summary>
internal enum PortKind
{
    /// <summary>A TAP: Ethernet frames.</summary>
    Tap,

    /// <summary>A TUN: bare IP packets.</summary>
    Tun,
}
