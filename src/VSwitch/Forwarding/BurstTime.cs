namespace VSwitch.Forwarding;

/// <summary>When a burst was received, on the scales that the stages use; all count from the making of the switch.</summary>
/// <param name="Nanoseconds">For rates.</param>
internal readonly record struct BurstTime(long Nanoseconds)
{
    /// <summary>For neighbours and loops.</summary>
    internal long Milliseconds => Nanoseconds / 1_000_000;

    /// <summary>For the filtering database.</summary>
    internal uint Seconds => (uint)(Nanoseconds / 1_000_000_000);
}
