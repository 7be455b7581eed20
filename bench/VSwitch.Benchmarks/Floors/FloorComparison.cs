using System.Diagnostics;
using System.Globalization;

namespace VSwitch.Benchmarks.Floors;

/// <summary>Measures each goal and its floor in turn, in slices of milliseconds, so that whatever else the machine does hits both alike.</summary>
internal static class FloorComparison
{
    private const int Slices = 201;
    private const double SliceMs = 4;

    /// <param name="names">Parts of the names of the figures that are wanted; none for all.</param>
    internal static void Run(string[] names)
    {
        string load = LoadAverage();
        (long steal, long all) before = CpuTicks();
        Console.WriteLine("| figure, ns a packet | goal | measured: best / median | floor: best / median | best over best | median over median |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (Figure figure in Goals.All.Where(f => names.Length == 0 || names.Any(n => f.Name.Contains(n, StringComparison.OrdinalIgnoreCase))))
        {
            Print(figure);
        }

        (long steal, long all) after = CpuTicks();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"load {load} before, {LoadAverage()} after; stolen {100.0 * (after.steal - before.steal) / (after.all - before.all):F1} %"));
    }

    private static void Print(Figure figure)
    {
        (Work work, Work least, Work? uncounted) = figure.Prepare();
        int rounds = RoundsOf(work);
        int floorRounds = RoundsOf(least);
        int idleRounds = uncounted is null ? 0 : RoundsOf(uncounted);
        var measured = new double[Slices];
        var floor = new double[Slices];
        var idle = new double[Slices];
        for (int i = 0; i < Slices; i++)
        {
            idle[i] = uncounted is null ? 0 : Slice(uncounted, idleRounds);
            measured[i] = Slice(work, rounds);
            floor[i] = Slice(least, floorRounds);
        }

        double best = measured.Min() - idle.Min();
        double median = Median(measured) - Median(idle);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {figure.Name} | {figure.GoalNs} | {best:F1} / {median:F1} | {floor.Min():F1} / {Median(floor):F1} | {best / floor.Min():F2} | {median / Median(floor):F2} |"));
    }

    private static int RoundsOf(Work work)
    {
        work.Run();
        var watch = Stopwatch.StartNew();
        int rounds = 0;
        for (; watch.Elapsed.TotalMilliseconds < 10 * SliceMs; rounds++)
        {
            work.Run();
        }

        return Math.Max(1, rounds / 10);
    }

    private static double Slice(Work work, int rounds)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds; i++)
        {
            work.Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ((double)rounds * work.Packets);
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static (long Steal, long All) CpuTicks()
    {
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]
            .Select(t => long.Parse(t, CultureInfo.InvariantCulture))];
        return (ticks[7], ticks.Sum());
    }
}
