using System.Diagnostics;
using System.Globalization;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>What a port costs: the same between two of 2, of 100, and of 1,000 ports, all others idle.</summary>
internal sealed class PortsMeasure : IMeasure
{
    private const int EnoughRounds = 3; // a thousand interfaces come and go in half a minute
    private const int Octets = 64;

    // What one run yields, in this order.
    private const int StartMilliseconds = 0;
    private const int Megaoctets = 1;
    private const int IdlePercent = 2;
    private const int FramesPerSecond = 3;
    private const int Values = 4;

    private static readonly int[] _sizes = [2, 100, 1000];

    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1); // a fresh subject may still compile itself
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _quickWindow = TimeSpan.FromSeconds(1);

    private static readonly string _most = Title(_sizes[^1]);

    public string Name => "ports";

    public IReadOnlyList<Shape> Shapes { get; } = [.. _sizes.Select(ports => Shape.Pair with { Ports = ports })];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        .. Each("start to first frame, ms", "0", Goal.None, less: true),
        .. Each("RSS, MB", "0.0", Goal.None, less: true),
        .. Each("idle CPU, % of a core", "0.00", Goal.ValueBelow(0.05, "own figure below 0.05"), less: true),
        .. Each("UDP 64 octets, received/s", "#,0", Goal.None, less: false),
        new("Memory a port, KB", "0.0", Goal.ValueBelow(60, "own figure below 60")) { LessIsBetter = true, Chart = $"Memory a port, KB, with {_most}" },
        new($"received/s, {_most} over {Title(_sizes[0])}", "0.00", Goal.ValueAtLeast(0.9, "own figure at least 0.90"))
        {
            Chart = $"Frames/s, {_most} over {Title(_sizes[0])}",
        },
    ];

    public int Rounds(int rounds) => Math.Min(rounds, EnoughRounds);

    public string? WhyNot(Subject subject) =>
        subject.SendsToAll ? "sends every frame to all ports" : subject.MostPorts < _sizes[^1] ? $"has {subject.MostPorts} ports" : null;

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        double[] values = [.. Enumerable.Repeat(double.NaN, Values)];
        values[StartMilliseconds] = subject.TimeToFirstFrame.TotalMilliseconds;
        string[] what = Generator.Datagrams(bed.Lab.A, bed.Lab.B, Octets);
        Received flood = await Generator.SendAsync(bed, what, _warmUp, bed.Quick ? _quickWindow : bed.Slice, rate: 0, cancellation);
        values[FramesPerSecond] = flood.ReceivedPerSecond > 0 ? flood.ReceivedPerSecond : throw new BenchException("nothing arrived");
        if (subject.Subject.IsInKernel)
        {
            return values; // it has no process
        }

        await Task.Delay(bed.Quick ? _quickWindow : _settle, cancellation);
        IReadOnlyList<ProcessIdentity> processes = subject.Processes;
        double busy = ProcessTable.ThreadCpuSeconds(processes);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(bed.Quick ? _quickWindow : _window, cancellation);
        values[IdlePercent] = 100 * (ProcessTable.ThreadCpuSeconds(processes) - busy) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        values[Megaoctets] = ProcessTable.ResidentOctets(processes, highWater: false) / 1e6;
        return values;
    }

    public IReadOnlyList<double> Conclude(IReadOnlyList<IReadOnlyList<double>> runs)
    {
        double At(int size, int value) => runs[size].Count > 0 ? runs[size][value] : double.NaN;
        int last = _sizes.Length - 1;
        return
        [
            .. from value in Enumerable.Range(0, Values)
               from size in Enumerable.Range(0, _sizes.Length)
               select At(size, value),
            (At(last, Megaoctets) - At(0, Megaoctets)) * 1e3 / (_sizes[last] - _sizes[0]),
            At(last, FramesPerSecond) / At(0, FramesPerSecond),
        ];
    }

    private static IEnumerable<Figure> Each(string title, string format, Goal most, bool less) =>
        _sizes.Select(ports => new Figure($"{Title(ports)}: {title}", format, ports == _sizes[^1] ? most : Goal.None) { LessIsBetter = less });

    private static string Title(int ports) => string.Create(CultureInfo.InvariantCulture, $"{ports:#,0} ports");
}
