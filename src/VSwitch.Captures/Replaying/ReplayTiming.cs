namespace VSwitch.Captures.Replaying;

/// <summary>How late frames were handed to the interface, in nanoseconds.</summary>
/// <param name="Median">Half of them no later than this.</param>
/// <param name="P99">99 of 100 no later than this.</param>
/// <param name="Max">The latest.</param>
/// <param name="Late">Frames that were later than a millisecond; they go at once, and make no other late.</param>
public sealed record ReplayTiming(long Median, long P99, long Max, long Late);
