namespace VSwitch.Policies;

/// <summary>How loops are found.</summary>
public enum LoopGuardMethod
{
    /// <summary>The switch sends a small frame of its own by each port, and sees whether it comes back.</summary>
    Probe,

    /// <summary>The switch says nothing: many stations that move between two ports within a second are evidence.</summary>
    Moves,
}
