namespace VSwitch.Captures.Conversion;

/// <summary>What stands in a converted frame that the capture did not say.</summary>
[Flags]
public enum ConversionInventions
{
    /// <summary>Nothing: all was there, or follows from what was.</summary>
    None = 0,

    /// <summary>The source address.</summary>
    Source = 1,

    /// <summary>The destination address. That of a group or a broadcast is not invented: it follows from the packet.</summary>
    Destination = 2,

    /// <summary>The EtherType: taken from the version that the IP packet names itself.</summary>
    EtherType = 4,

    /// <summary>The length of an 802.3 frame: that of what was kept.</summary>
    Length = 8,
}
