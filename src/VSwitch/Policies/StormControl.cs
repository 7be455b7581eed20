namespace VSwitch.Policies;

/// <summary>How much of what comes in by a port may be flooded; null for no limit.</summary>
public sealed record StormControl
{
    /// <summary>Frames to all stations.</summary>
    public RateLimit? Broadcast { get; init; }

    /// <summary>Frames to a group of stations.</summary>
    public RateLimit? Multicast { get; init; }

    /// <summary>Frames to one station that nobody has heard of.</summary>
    public RateLimit? UnknownUnicast { get; init; }
}
