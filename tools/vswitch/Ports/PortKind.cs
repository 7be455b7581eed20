namespace VSwitch.Tool.Ports;

/// <summary>What a port is a port to; as flags, which kinds a key is for.</summary>
[Flags]
internal enum PortKind
{
    /// <summary>A TAP: Ethernet frames.</summary>
    Tap = 1,

    /// <summary>A TUN: bare IP packets.</summary>
    Tun = 2,

    /// <summary>Capture files: Ethernet frames.</summary>
    Pcap = 4,

    /// <summary>An interface of the kernel.</summary>
    Interface = Tap | Tun,

    /// <summary>Whatever has Ethernet frames.</summary>
    Ethernet = Tap | Pcap,

    /// <summary>All.</summary>
    Any = Tap | Tun | Pcap,
}
