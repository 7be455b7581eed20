using VSwitch.Captures.Files;

namespace VSwitch.Captures.Comparing;

/// <summary>What came out of a comparison.</summary>
public sealed record CaptureComparison
{
    /// <summary>Whether no packet differs, and both captures could be read to their ends.</summary>
    public bool IsEqual => Changed + Missing + Unexpected + Moved == 0 && ExpectedError is null && ActualError is null && IsComplete;

    /// <summary>Packets that are in both, equal as far as it counts, at their place.</summary>
    public required long Matched { get; init; }

    /// <summary>Of the matched, those that came at another place, within <see cref="ComparisonOptions.ReorderWindow"/>.</summary>
    public required long Reordered { get; init; }

    /// <summary>Packets that are in both with other contents, or at another time.</summary>
    public required long Changed { get; init; }

    /// <summary>Packets that only the expected capture has.</summary>
    public required long Missing { get; init; }

    /// <summary>Packets that only the actual capture has.</summary>
    public required long Unexpected { get; init; }

    /// <summary>Packets that came at another place, farther than they may.</summary>
    public required long Moved { get; init; }

    /// <summary>Packets that were read of the expected capture.</summary>
    public required long ExpectedCount { get; init; }

    /// <summary>Packets that were read of the actual capture.</summary>
    public required long ActualCount { get; init; }

    /// <summary>Why the expected capture could not be read to its end; null when it could.</summary>
    public required CaptureError? ExpectedError { get; init; }

    /// <summary>Why the actual capture could not be read to its end; null when it could.</summary>
    public required CaptureError? ActualError { get; init; }

    /// <summary>False when the captures were too far apart for <see cref="ComparisonOptions.MaxHeldOctets"/>, and the rest of them was not compared.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>
    /// The differences, by the number of the packet; when there are more than <see cref="ComparisonOptions.MaxDifferences"/>, those that were found first.
    /// </summary>
    public required IReadOnlyList<PacketDifference> Differences { get; init; }
}
