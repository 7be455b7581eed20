namespace VSwitch.Benchmarks.Floors;

/// <summary>One goal: what is measured, and the least that any program would have to do for it.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="GoalNs">ns a packet.</param>
/// <param name="Prepare">
/// Makes what has the goal, the least, and a part of what is measured that does not count, such as filling the frames, or null.
/// </param>
internal sealed record Figure(string Name, double GoalNs, Func<(Work Measured, Work Floor, Work? Idle)> Prepare);
