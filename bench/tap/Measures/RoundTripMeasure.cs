using System.Globalization;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>One small UDP datagram at a time, there and back.</summary>
internal sealed class RoundTripMeasure : IMeasure
{
    private const string Port = "7"; // echo, RFC 862

    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(10);

    public string Name => "rtt";

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("UDP round trip p50, µs", "0.0", Goal.RatioAtMost(1.10)),
        new("UDP round trip p99, µs", "0.0", Goal.RatioAtMost(1.25)),
    ];

    public int Rounds(int rounds) => rounds;

    public bool DependsOnMood => true;

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        string tool = bed.Tools.RoundTrip;
        TimeSpan echoLife = bed.Slice + _margin + _margin; // bounded by itself should the runner die
        await using ChildProcess echo = ChildProcess.Start(
            bed.Lab.B.Inside(tool, "echo", Port, Milliseconds(echoLife)));
        await Condition.HoldsWithinAsync(
            _margin, () => echo.Ready.IsCompleted || echo.HasExited, cancellation);
        if (!echo.Ready.IsCompleted)
        {
            throw new BenchException($"the echo does not start: {echo.LastWords()}");
        }

        string result = await ChildProcess.RunAsync(
            bed.Lab.A.Inside(tool, "ping", bed.Lab.B.IPv4, Port, Milliseconds(bed.Slice)),
            bed.Slice + _margin,
            cancellation);
        return [NativeTools.Value(result, "p50_ns") / 1e3, NativeTools.Value(result, "p99_ns") / 1e3];
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
}
