using VSwitch.Captures.Splitting;

namespace VSwitch.Captures.Replaying;

/// <summary>How captures are replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>How often; 0 until told to stop.</summary>
    public long Loops { get; init; } = 1;

    /// <summary>The wait between two loops.</summary>
    public TimeSpan LoopDelay { get; init; }

    /// <summary>Packets of captures that are taken, over all loops; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>The replay ends after this time; null when all is sent.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>All frames are in memory before the first is sent. With a <see cref="Transform"/> it has no effect: each loop's frames are others.</summary>
    public bool Preload { get; init; }

    /// <summary>TCP super-frames are cut into segments that fit the MTU.</summary>
    public bool Resegment { get; init; } = true;

    /// <summary>Says which interface a packet goes to; null for the first.</summary>
    public ISplitter? Splitter { get; init; }

    /// <summary>Changes frames on the way; null for none.</summary>
    public IFrameTransform? Transform { get; init; }

    /// <summary>How often <see cref="Progress"/> is told; null for never.</summary>
    public TimeSpan? ProgressInterval { get; init; }

    /// <summary>Told how far the replay is, on its thread.</summary>
    public Action<ReplayReport>? Progress { get; init; }
}
