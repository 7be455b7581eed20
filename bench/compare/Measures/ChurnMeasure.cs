using System.Diagnostics;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>Ports that come and go while A sends to B at a steady rate: how many a second, and what A and B notice.</summary>
internal sealed class ChurnMeasure : IMeasure
{
    private const int EnoughRounds = 3;
    private const int Adds = 10_000;
    private const int QuickAdds = 1_000;
    private const int Batch = 100;
    private const int Octets = 64;
    private const double PerSecond = 20_000; // a TAP's queue of 1,000 frames lasts 50 ms

    // Who is slower is measured by fewer.
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _quickBound = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _before = TimeSpan.FromMilliseconds(500); // frames flow when the first port comes
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(100);

    public string Name => "churn";

    public IReadOnlyList<Shape> Shapes { get; } = [Shape.Pair with { Changes = true }];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("Ports added under traffic, a second", "#,0", Goal.None) { Chart = "Ports added under traffic, a second" },
        new("Ports removed under traffic, a second", "#,0", Goal.None) { Chart = "Ports removed under traffic, a second" },
        new("Meanwhile lost of A to B, %", "0.000", Goal.ValueBelow(0.001, "own figure below 0.001")) { LessIsBetter = true },
    ];

    public int Rounds(int rounds) => Math.Min(rounds, EnoughRounds);

    public string? WhyNot(Subject subject) => subject.PortCommands is null ? "can't add ports while it runs" : null;

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        PortCommands commands = subject.Subject.PortCommands!;
        string[] names = [.. Enumerable.Range(0, Batch).Select(bed.Lab.ChangingInterface)];
        TimeSpan bound = bed.Quick ? _quickBound : _bound;
        await using ChildProcess traffic = Generator.StartBackground(bed, Generator.Datagrams(bed.Lab.A, bed.Lab.B, Octets), bound + _margin, PerSecond);
        await Task.Delay(_before, cancellation);
        (TimeSpan adding, TimeSpan removing, int added) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        for (; added < (bed.Quick ? QuickAdds : Adds) && adding + removing < bound; added += Batch)
        {
            adding += await TimeAsync(subject, commands.Add, names, cancellation);
            removing += await TimeAsync(subject, commands.Remove, names, cancellation);
        }

        if (traffic.HasExited)
        {
            throw new BenchException($"the traffic ended too soon: {traffic.LastWords()}");
        }

        await traffic.EndAsync();
        await traffic.WaitForExitAsync(_margin, cancellation); // until its output is read to the end
        return [added / adding.TotalSeconds, added / removing.TotalSeconds, 100 * Received.Parse(traffic.Output).Loss];
    }

    private static async Task<TimeSpan> TimeAsync(RunningSubject subject, string command, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        await subject.ChangePortsAsync(command, names, cancellation);
        return Stopwatch.GetElapsedTime(start);
    }
}
