namespace VSwitch.Forwarding.Bridging;

/// <summary>To whom a frame is that is flooded.</summary>
internal enum FloodKind
{
    /// <summary>To all stations.</summary>
    Broadcast,

    /// <summary>To a group of stations.</summary>
    Multicast,

    /// <summary>To one station, which nobody has heard of.</summary>
    UnknownUnicast,
}
