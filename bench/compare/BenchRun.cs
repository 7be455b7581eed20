using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench;

/// <summary>One whole run, as it is reported.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Subjects">Those that could be started; the first is what the others are compared with.</param>
/// <param name="Machine">What the figures belong to.</param>
/// <param name="Date">When it began, in UTC.</param>
/// <param name="Load">Load averages before and after.</param>
/// <param name="Results">One for each row.</param>
/// <param name="Absent">Who could not take part, and why.</param>
/// <param name="Failures">What went wrong, a line each.</param>
internal sealed record BenchRun(
    BenchOptions Options,
    IReadOnlyList<Subject> Subjects,
    string Machine,
    DateOnly Date,
    string Load,
    IReadOnlyList<MeasureResult> Results,
    IReadOnlyList<string> Absent,
    IReadOnlyList<string> Failures)
{
    public IReadOnlyList<Slice> Slices { get; } = [.. Results.SelectMany(result => result.Slices)];
}
