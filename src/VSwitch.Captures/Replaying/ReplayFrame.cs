namespace VSwitch.Captures.Replaying;

/// <summary>A frame that is to be sent, in memory that it shares with others.</summary>
/// <param name="Offset">Its first octet.</param>
/// <param name="Length">Octets, Ethernet header included, no FCS.</param>
/// <param name="Due">When, in nanoseconds from the start.</param>
/// <param name="Timestamp">When it was captured, in nanoseconds since 1970; null when the file does not say.</param>
public readonly record struct ReplayFrame(int Offset, int Length, long Due, long? Timestamp);
