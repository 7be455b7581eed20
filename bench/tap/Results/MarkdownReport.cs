using System.Globalization;
using System.Text;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Results;

/// <summary>The table for people.</summary>
internal static class MarkdownReport
{
    public static string Write(BenchRun run)
    {
        var text = new StringBuilder();
        (string reference, string candidate) = (run.Reference.Name, run.Candidate.Name);
        Line(text, $"# {candidate} beside {reference}, TAP to TAP");
        Line(text, "");
        Line(text, $"Machine: {run.Machine}.");
        Line(text, $"Slices of {run.Options.Slice.TotalSeconds} s, {run.Options.Rounds} rounds wanted, order ABBA.");
        Line(text, "");
        Line(text, $"| figure (medians) | {reference} | {candidate} | ratio: of medians | median of pairs | near / far "
            + $"| pairs compared | goal | |");
        Line(text, "|---|---|---|---|---|---|---|---|---|");
        foreach (MeasureResult result in run.Results.Where(result => result.Pairs.Count > 0))
        {
            for (int figure = 0; figure < result.Measure.Figures.Count; figure++)
            {
                Row(text, result, figure);
            }
        }

        Notes(text, run);
        return text.ToString();
    }

    private static void Row(StringBuilder text, MeasureResult result, int figure)
    {
        var (title, format, goal) = result.Measure.Figures[figure];
        string pairs = $"{result.Compared.Count()} of {result.Pairs.Count}"
            + (result.Measure.DependsOnMood && !result.ComparesLikeOnly ? ", unlike too" : "");
        string verdict = result.IsReached(figure) switch
        {
            true => "reached",
            false => "**not reached**",
            null => "",
        };
        Line(text, $"| {title} | {Number(result.ReferenceMedian(figure), format)} "
            + $"| {Number(result.CandidateMedian(figure), format)} "
            + $"| {Number(result.RatioOfMedians(figure), "0.00")} | {Number(result.MedianOfRatios(figure), "0.00")} "
            + $"| {Number(result.MedianOfRatios(figure, Mood.Near), "0.00")} "
            + $"/ {Number(result.MedianOfRatios(figure, Mood.Far), "0.00")} | {pairs} | {goal.Text} | {verdict} |");
    }

    private static void Notes(StringBuilder text, BenchRun run)
    {
        MoodProbe[] probes = [.. run.Slices.SelectMany(slice => new[] { slice.Before, slice.After })
            .Where(probe => probe.Mood != Mood.Unknown)];
        Line(text, "");
        Line(text, $"A ratio is {run.Candidate.Name} over {run.Reference.Name}; a goal for a ratio is judged by the "
            + $"median of the pairs' ratios.");
        Line(text, $"A pair is two slices, one straight after the other. It is compared only when the mood probe "
            + $"(a cache line between cores 0 and 1) said the same, near or far, before and after both slices, and "
            + "the stolen CPU time of the two differs by 15 points at most. Lost pairs are repeated, as many times "
            + "again at most; with fewer than three like pairs all are compared, and the row says \"unlike too\".");
        Line(text, "");
        if (probes.Length > 0)
        {
            int near = probes.Count(probe => probe.Mood == Mood.Near);
            Line(text, $"Probes: {near} near, {probes.Length - near} far; cache line "
                + $"{Median(probes, Mood.Near)} / {Median(probes, Mood.Far)} ns a hop (medians near / far); waking a "
                + $"thread on the other core {Wake(probes):0.0} µs (median).");
        }

        if (run.Slices.Count == 0)
        {
            Line(text, "Nothing was measured.");
        }
        else
        {
            Line(text, $"CPU time stolen by the hypervisor, of what was wanted: "
                + $"{Statistics.Median(run.Slices.Select(slice => slice.StolenPercent)):0.0} % (median of slices), "
                + $"{run.Slices.Max(slice => slice.StolenPercent):0.0} % (worst).");
        }

        foreach (string failure in run.Failures)
        {
            Line(text, $"Failed and left out: {failure}.");
        }
    }

    private static string Median(IEnumerable<MoodProbe> probes, Mood mood) =>
        Number(Statistics.Median(probes.Where(probe => probe.Mood == mood).Select(probe => probe.HopNanoseconds)), "0");

    private static double Wake(IEnumerable<MoodProbe> probes) =>
        Statistics.Median(probes.Select(probe => probe.WakeMicroseconds));

    private static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "-";

    // Not AppendLine(): the line end is that of the repository. The culture is the invariant one everywhere.
    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
