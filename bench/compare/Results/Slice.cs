using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Results;

/// <summary>One measure of one subject.</summary>
/// <param name="Subject">Its name.</param>
/// <param name="Values">One for each figure of the measure.</param>
/// <param name="Before">The probe just before.</param>
/// <param name="After">The probe just after.</param>
/// <param name="StolenPercent">See <see cref="StolenTime"/>.</param>
internal sealed record Slice(string Subject, IReadOnlyList<double> Values, MoodProbe Before, MoodProbe After, double StolenPercent)
{
    private const double MostStolenDifference = 15; // percentage points

    public Mood Mood => Before.Mood == After.Mood ? Before.Mood : Mood.Mixed;

    /// <summary>It was taken twice, because of the noise, and this is the better one.</summary>
    public bool Repeated { get; init; }

    /// <summary>Whether the machine was the same for both, as far as the probes can tell.</summary>
    public bool IsLike(Slice other) =>
        Mood == other.Mood && Mood != Mood.Mixed && Math.Abs(StolenPercent - other.StolenPercent) <= MostStolenDifference;
}
