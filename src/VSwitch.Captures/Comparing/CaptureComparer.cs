using VSwitch.Captures.Files;

namespace VSwitch.Captures.Comparing;

/// <summary>Compares two captures packet by packet.</summary>
/// <remarks>
/// <para>
/// Both are read once, side by side, so that what they have in common needs no memory. Behind a difference packets of that flow wait, until both sides
/// run together again: up to 16,384 a side, in which the longest common order is looked for; a packet that is farther from its place is missing
/// there and unexpected here. All that waits is bounded by <see cref="ComparisonOptions.MaxHeldOctets"/>.
/// </para>
/// <para>What is not compared: comments, directions, numbers of packets, and times unless a tolerance is given.</para>
/// </remarks>
public static class CaptureComparer
{
    /// <summary>Compares what two readers still have.</summary>
    /// <param name="expected">How it should be.</param>
    /// <param name="actual">How it is.</param>
    /// <param name="options">What counts; null for all that is the default.</param>
    /// <param name="observer">Is told of each difference when it is found, also of those that are not listed; not by the order of the packets.</param>
    /// <exception cref="ArgumentException">A name in <see cref="ComparisonOptions.Ignore"/> that is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative number or time in the options.</exception>
    public static CaptureComparison Compare(
        CaptureReader expected, CaptureReader actual, ComparisonOptions? options = null, Action<PacketDifference>? observer = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        options ??= new ComparisonOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReorderWindow, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxDifferences, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxHeldOctets, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TimeTolerance ?? TimeSpan.Zero, TimeSpan.Zero, nameof(options));
        DifferenceLog log = new(options.MaxDifferences, observer);
        bool isComplete = new ComparisonRun(options, log).Run(expected, actual);
        return new CaptureComparison
        {
            Matched = log.Matched,
            Reordered = log.Reordered,
            Changed = log.Count(DifferenceKind.Changed),
            Missing = log.Count(DifferenceKind.Missing),
            Unexpected = log.Count(DifferenceKind.Unexpected),
            Moved = log.Count(DifferenceKind.Moved),
            ExpectedCount = expected.PacketCount,
            ActualCount = actual.PacketCount,
            ExpectedError = expected.Error,
            ActualError = actual.Error,
            IsComplete = isComplete,
            Differences = log.Differences,
        };
    }
}
