namespace VSwitch.CompareBench.Lab;

/// <summary>A process that cannot be mistaken for a later one with the same number.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">Field 22 of /proc/PID/stat: start, in clock ticks since boot.</param>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTicks);
