namespace VSwitch.Captures.Conversion;

/// <summary>What VSwitch can do with packets of a link type.</summary>
public enum LinkTypeUse
{
    /// <summary>Nothing but copy them from file to file.</summary>
    None,

    /// <summary>They are Ethernet frames as they are.</summary>
    Ethernet,

    /// <summary>They are bare IP packets: a TUN takes them as they are, and <see cref="LinkTypeConverter"/> makes frames of them.</summary>
    BareIp,

    /// <summary><see cref="LinkTypeConverter"/> makes frames of them, of most.</summary>
    Convertible,
}
