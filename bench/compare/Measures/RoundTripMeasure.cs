using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>One small UDP datagram at a time, there and back; alone, or beside a steady stream.</summary>
/// <param name="name">As in --rows.</param>
/// <param name="loadPerSecond">Frames of <see cref="LoadOctets"/> octets a second from A to B beside it.</param>
/// <param name="p50">The goal of this switch.</param>
/// <param name="p99">The goal of this switch.</param>
internal sealed class RoundTripMeasure(string name, int loadPerSecond, Goal p50, Goal p99) : IMeasure
{
    private const string Port = "7"; // echo, RFC 862
    private const int LoadOctets = 512;

    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(10);

    public string Name => name;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new($"{Title(loadPerSecond)} p50, µs", "0.0", p50) { LessIsBetter = true, Chart = $"{Title(loadPerSecond)} p50, µs" },
        new($"{Title(loadPerSecond)} p99, µs", "0.0", p99) { LessIsBetter = true, Chart = $"{Title(loadPerSecond)} p99, µs" },
        new($"{Title(loadPerSecond)} p99.9, µs", "0.0", Goal.None) { LessIsBetter = true },
    ];

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        string tool = bed.Tools.RoundTrip;
        TimeSpan life = bed.Slice + _margin + _margin; // bounded by itself should the runner die
        await using ChildProcess echo = ChildProcess.Start(bed.Lab.B.Inside(tool, "echo", Port, NativeTools.Milliseconds(life)));
        await Condition.HoldsWithinAsync(_margin, () => echo.Ready.IsCompleted || echo.HasExited, cancellation);
        if (!echo.Ready.IsCompleted)
        {
            throw new BenchException($"the echo does not start: {echo.LastWords()}");
        }

        await using ChildProcess? load = loadPerSecond > 0
            ? Generator.StartBackground(bed, Generator.Datagrams(bed.Lab.A, bed.Lab.B, LoadOctets), life, loadPerSecond)
            : null;
        string result = await ChildProcess.RunAsync(
            bed.Lab.A.Inside(tool, "ping", bed.Lab.B.IPv4, Port, NativeTools.Milliseconds(bed.Slice)), bed.Slice + _margin, cancellation);
        if (load is { HasExited: true })
        {
            throw new BenchException($"the load ended too soon: {load.LastWords()}");
        }

        return [.. new[] { "p50_ns", "p99_ns", "p999_ns" }.Select(figure => NativeTools.Value(result, figure) / 1e3)];
    }

    private static string Title(int load) => load > 0 ? $"Round trip beside {load / 1000}k frames/s," : "Round trip";
}
