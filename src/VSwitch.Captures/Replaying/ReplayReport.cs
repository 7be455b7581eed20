namespace VSwitch.Captures.Replaying;

/// <summary>What a replay did. <see cref="Attempted"/> is <see cref="Sent"/> and all <see cref="Failures"/> together.</summary>
public sealed record ReplayReport
{
    /// <summary>Frames that were to be sent.</summary>
    public required long Attempted { get; init; }

    /// <summary>Frames that were sent.</summary>
    public required long Sent { get; init; }

    /// <summary>Their octets, without FCS.</summary>
    public required long Octets { get; init; }

    /// <summary>Frames that were not sent, by reason.</summary>
    public required IReadOnlyDictionary<ReplayFailure, long> Failures { get; init; }

    /// <summary>Packets that were not to be sent: of no side, or taken out by the transform.</summary>
    public required long Skipped { get; init; }

    /// <summary>Packets of which the capture has less than was on the wire; what it has was sent.</summary>
    public required long Cut { get; init; }

    /// <summary>Packets that were captured without an Ethernet header, and got one with invented addresses.</summary>
    public required long Converted { get; init; }

    /// <summary>Super-frames that were cut into segments.</summary>
    public required long SuperFrames { get; init; }

    /// <summary>How often an interface had no room and was asked again.</summary>
    public required long Retries { get; init; }

    /// <summary>Loops that were begun.</summary>
    public required long Loops { get; init; }

    /// <summary>From the first frame to the last.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How late frames were, in nanoseconds; null where moments mean nothing (top speed).</summary>
    public required ReplayTiming? Timing { get; init; }

    /// <summary>Frames that each interface took.</summary>
    public required IReadOnlyList<(string Name, long Sent)> Interfaces { get; init; }

    /// <summary>Captures that could not be read to their end, in one line each.</summary>
    public required IReadOnlyList<string> Broken { get; init; }

    /// <summary>Why the replay ended before its captures did, in a few words; null when it did not.</summary>
    public required string? Ended { get; init; }

    /// <summary>Frames that were not sent.</summary>
    public long Failed => Attempted - Sent;

    /// <summary>Frames a second.</summary>
    public double PacketRate => Duration > TimeSpan.Zero ? Sent / Duration.TotalSeconds : 0;

    /// <summary>Megabits a second, of frames without preamble, FCS and gap.</summary>
    public double MegabitRate => Duration > TimeSpan.Zero ? Octets * 8 / Duration.TotalSeconds / 1e6 : 0;
}
