using VSwitch.TapBench.Lab;
using VSwitch.TapBench.Results;

namespace VSwitch.TapBench;

/// <summary>One whole run, as it is reported.</summary>
internal sealed record BenchRun(
    BenchOptions Options,
    string Machine,
    IReadOnlyList<MeasureResult> Results,
    IReadOnlyList<string> Failures)
{
    public Subject Reference => Options.Reference;

    public Subject Candidate => Options.Candidate;

    public IReadOnlyList<Slice> Slices { get; } =
        [.. Results.SelectMany(result => result.Pairs).SelectMany(pair => new[] { pair.Reference, pair.Candidate })];
}
