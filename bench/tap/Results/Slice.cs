using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Results;

/// <summary>One measure of one subject.</summary>
/// <param name="Subject">Its name.</param>
/// <param name="Values">One for each figure of the measure.</param>
/// <param name="Before">The probe just before.</param>
/// <param name="After">The probe just after.</param>
/// <param name="StolenPercent">See <see cref="StolenTime"/>.</param>
internal sealed record Slice(
    string Subject, IReadOnlyList<double> Values, MoodProbe Before, MoodProbe After, double StolenPercent)
{
    public Mood Mood => Before.Mood == After.Mood ? Before.Mood : Mood.Mixed;
}
