namespace VSwitch.Captures.Files;

/// <summary>What the packets of an interface begin with; any other value is one that VSwitch can't forward, only copy.</summary>
/// <remarks>Source: the LINKTYPE_ registry of the Tcpdump Group.</remarks>
public enum LinkType
{
    /// <summary>BSD loopback: four octets of address family, in the byte order of the machine that captured.</summary>
    Null = 0,

    /// <summary>Ethernet frames, without FCS.</summary>
    Ethernet = 1,

    /// <summary>Bare IPv4 or IPv6 packets, as OpenBSD once numbered them.</summary>
    Raw12 = 12,

    /// <summary>The same, as others once numbered them.</summary>
    Raw14 = 14,

    /// <summary>Bare IPv4 or IPv6 packets.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: four octets of address family, big-endian.</summary>
    Loop = 108,

    /// <summary>Linux cooked capture, 16 octets.</summary>
    LinuxSll = 113,

    /// <summary>Bare IPv4 packets.</summary>
    IPv4 = 228,

    /// <summary>Bare IPv6 packets.</summary>
    IPv6 = 229,

    /// <summary>Linux cooked capture, second version, 20 octets.</summary>
    LinuxSll2 = 276,
}
