using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench.Tests;

/// <summary>What a run leaves, without a run.</summary>
internal static class FakeRun
{
    public static MoodProbe Near { get; } = new(50, 5);

    public static MoodProbe Far { get; } = new(300, 20);

    public static Slice Slice(Subject subject, double value, MoodProbe? before = null, MoodProbe? after = null, double stolen = 0) =>
        new(subject.Name, [value], before ?? Near, after ?? before ?? Near, stolen);

    /// <summary>One row, in which each subject has one slice for each of its values.</summary>
    public static BenchRun Of(IMeasure measure, params (Subject Subject, double[] Values)[] subjects)
    {
        int rounds = subjects.Max(subject => subject.Values.Length);
        var result = new MeasureResult(measure, rounds);
        foreach ((Subject subject, double[] values) in subjects)
        {
            for (int round = 0; round < values.Length; round++)
            {
                result.Add(round, Slice(subject, values[round]));
            }
        }

        BenchOptions options = BenchOptions.Parse(["--rounds", $"{rounds}"]) with { Subjects = [.. subjects.Select(subject => subject.Subject)] };
        return new BenchRun(options, options.Subjects, "a machine", new DateOnly(2026, 1, 2), "0.1 before, 0.2 after", [result], [], []);
    }
}
