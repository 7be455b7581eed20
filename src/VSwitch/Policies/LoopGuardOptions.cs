namespace VSwitch.Policies;

/// <summary>The loop guard: finds two ports that are connected with each other outside the switch, and blocks one of them.</summary>
public sealed record LoopGuardOptions
{
    /// <summary>How loops are found.</summary>
    public LoopGuardMethod Method { get; init; }

    /// <summary>How often each port is probed; 50 ms to 10 s.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>With <see cref="LoopGuardMethod.Moves"/>: so many moves between two ports within a second are a loop.</summary>
    public int Moves { get; init; } = 20;

    /// <summary>
    /// A blocked port is opened when no probe has come back for so long; with <see cref="LoopGuardMethod.Moves"/>, as a trial after so long, doubled each time that the loop is still there, up to a minute.
    /// </summary>
    public TimeSpan HealTime { get; init; } = TimeSpan.FromSeconds(2);
}
