namespace VSwitch.Captures.Conversion;

/// <summary>Why a packet can't be made an Ethernet frame; one counter each.</summary>
public enum ConversionRefusal
{
    /// <summary>It was made one.</summary>
    None,

    /// <summary>Packets of this link type are never converted.</summary>
    LinkType,

    /// <summary>What was kept of the packet ends inside the header of its link type.</summary>
    Truncated,

    /// <summary>It is neither IPv4 nor IPv6: another address family, or another version in a bare packet.</summary>
    NotIp,

    /// <summary>It comes from hardware whose packets are not like those of Ethernet (ARPHRD_ of a cooked capture).</summary>
    Hardware,

    /// <summary>Its protocol is none that an Ethernet frame can carry: a number of Linux below 1536 that is no 802.3.</summary>
    Protocol,

    /// <summary>The caller's buffer is too small: <see cref="LinkTypeConverter.MaxGrowth"/> octets more than the packet are enough.</summary>
    NoRoom,
}
