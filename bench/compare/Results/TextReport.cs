using System.Globalization;
using System.Text;
using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench.Results;

/// <summary>The table for people.</summary>
internal static class TextReport
{
    private const string SwitchName = "vswitch"; // whose goals they are
    private const int FewestRounds = 3; // for a verdict

    public static string Write(BenchRun run)
    {
        var text = new StringBuilder();
        Line(text, string.Create(CultureInfo.InvariantCulture, $"Machine: {run.Machine}. Date: {run.Date:O}."));
        string rounds = run.Options.Rounds > 1 ? $"{run.Options.Rounds} rounds, order turning" : "1 round";
        Line(text, $"Load average: {run.Load}. Slices of {run.Options.Slice.TotalSeconds} s, {rounds}; "
            + $"the generator of frames is pinned to core {Generator.Core}, nothing else is.");
        Line(text, "");
        foreach (string line in TableLines(run))
        {
            Line(text, line);
        }

        Line(text, "");
        Notes(text, run);
        return text.ToString();
    }

    private static IEnumerable<string> TableLines(BenchRun run)
    {
        List<string[]> rows = [["", .. run.Subjects.Select(subject => subject.Name)]];
        foreach (MeasureResult result in run.Results)
        {
            rows.AddRange(result.Measure.Figures.Select((figure, i) =>
                (string[])[figure.Title, .. run.Subjects.Select(subject => Cell(run, result, subject, i))]));
        }

        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        return rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    private static string Cell(BenchRun run, MeasureResult result, Subject subject, int figure)
    {
        double median = result.Median(subject, figure);
        if (!double.IsFinite(median))
        {
            return result.Skipped.ContainsKey(subject.Name) ? "can't" : "-";
        }

        double spread = result.SpreadPercent(subject, figure);
        Subject reference = run.Subjects[0];
        double ratio = subject == reference ? double.NaN : result.Ratio(subject, reference, figure);
        string doubt = result.ComparesLikeOnly(subject, reference) ? "" : "?";
        return median.ToString(result.Measure.Figures[figure].Format, CultureInfo.InvariantCulture)
            + (double.IsFinite(spread) ? string.Create(CultureInfo.InvariantCulture, $" ±{spread:0}%") : "")
            + (double.IsFinite(ratio) ? string.Create(CultureInfo.InvariantCulture, $" x{ratio:0.00}{doubt}") : "");
    }

    private static void Notes(StringBuilder text, BenchRun run)
    {
        Line(text, "A cell: the median of the rounds, ± half of what lies between the least and the greatest, "
            + $"x how many times {run.Subjects[0].Name}'s figure it is (median of rounds).");
        Line(text, "x..?: the machine was not the same for both in enough rounds (near or far cores, stolen time), so that all are compared: a weak figure.");
        foreach (MeasureResult result in run.Results)
        {
            foreach ((string subject, string reason) in result.Skipped)
            {
                Line(text, $"can't: {result.Measure.Name}: {subject} {reason}.");
            }
        }

        foreach (string line in run.Absent)
        {
            Line(text, $"Not there: {line}.");
        }

        foreach (string line in run.Failures)
        {
            Line(text, $"Failed and left out: {line}.");
        }

        Noise(text, run);
        Goals(text, run);
    }

    private static void Noise(StringBuilder text, BenchRun run)
    {
        if (run.Slices.Count == 0)
        {
            Line(text, "Nothing was measured.");
            return;
        }

        MoodProbe[] probes = [.. run.Slices.SelectMany(slice => new[] { slice.Before, slice.After }).Where(probe => probe.Mood != Mood.Unknown)];
        double stolen = Statistics.Median(run.Slices.Select(slice => slice.StolenPercent));
        Line(text, $"Noise: {stolen:0.0} % of the wanted CPU time stolen by the hypervisor (median of slices), "
            + $"{run.Slices.Max(slice => slice.StolenPercent):0.0} % at worst; "
            + $"{run.Slices.Count(slice => slice.Repeated)} of {run.Slices.Count} slices were repeated.");
        if (probes.Length > 0)
        {
            int near = probes.Count(probe => probe.Mood == Mood.Near);
            double wake = Statistics.Median(probes.Select(probe => probe.WakeMicroseconds));
            Line(text, $"Cores 0 and 1: {near} probes near, {probes.Length - near} far; a cache line takes "
                + $"{Hop(probes, Mood.Near)} / {Hop(probes, Mood.Far)} ns (medians), waking a thread on the other core {wake:0.0} µs.");
        }
    }

    private static void Goals(StringBuilder text, BenchRun run)
    {
        if (run.Subjects.FirstOrDefault(subject => subject.Name == SwitchName) is not { } mine || run.Options.Rounds < FewestRounds)
        {
            return; // one run judges nothing
        }

        foreach (MeasureResult result in run.Results)
        {
            for (int i = 0; i < result.Measure.Figures.Count; i++)
            {
                if (result.IsReached(mine, run.Subjects[0], i) is { } reached)
                {
                    Line(text, $"Goal {(reached ? "reached" : "NOT REACHED")}: {result.Measure.Figures[i].Title}: {result.Measure.Figures[i].Goal.Text}.");
                }
            }
        }
    }

    private static string Hop(IEnumerable<MoodProbe> probes, Mood mood)
    {
        double hop = Statistics.Median(probes.Where(probe => probe.Mood == mood).Select(probe => probe.HopNanoseconds));
        return double.IsFinite(hop) ? hop.ToString("0", CultureInfo.InvariantCulture) : "-";
    }

    // Not AppendLine(): the line end is that of the repository. The culture is the invariant one everywhere.
    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
