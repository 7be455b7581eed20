namespace VSwitch.Devices.Utun;

/// <summary>What the octets of a utun are.</summary>
internal enum UtunVerdict
{
    /// <summary>A family header, and the IP packet that it says.</summary>
    Packet,

    /// <summary>No packet behind the header, or not even a header.</summary>
    TooShort,

    /// <summary>A family that is neither IPv4 nor IPv6.</summary>
    UnknownFamily,

    /// <summary>The header says one family, the packet's version the other or none.</summary>
    Contradiction,
}
