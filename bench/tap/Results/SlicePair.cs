using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Results;

/// <summary>Reference and candidate, one straight after the other.</summary>
internal sealed record SlicePair(Slice Reference, Slice Candidate)
{
    private const double MostStolenDifference = 15; // percentage points

    /// <summary>Whether the machine was the same for both, as far as the probes can tell.</summary>
    public bool IsLike =>
        Reference.Mood == Candidate.Mood
        && Reference.Mood != Mood.Mixed
        && Math.Abs(Reference.StolenPercent - Candidate.StolenPercent) <= MostStolenDifference;

    public double Ratio(int figure) => Candidate.Values[figure] / Reference.Values[figure];
}
