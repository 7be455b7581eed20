using System.Globalization;
using System.Text.Json.Nodes;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>Whether a fresh subject is as fast in its first second as in its tenth: is its hot code compiled?</summary>
/// <remarks>The reference, which is compiled, shows what TCP's own slow start costs the first second.</remarks>
internal sealed class WarmMeasure : IMeasure
{
    private const int Seconds = 10;
    private const int EnoughRounds = 3; // long runs: the median of three must do

    public string Name => "warm";

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("TCP, first second of a fresh subject, Gbit/s", "0.00", Goal.None),
        new("TCP, tenth second, Gbit/s", "0.00", Goal.None),
        new("first second over tenth", "0.00", Goal.ValueAtLeast(0.95, "own figure at least 0.95")),
    ];

    public int Rounds(int rounds) => Math.Min(rounds, EnoughRounds);

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        string[] options = ["--time", Seconds.ToString(CultureInfo.InvariantCulture), "--interval", "1"];
        JsonNode result = await Iperf.RunAsync(
            bed, options, TimeSpan.FromSeconds(Seconds), ipv6: false, cancellation);
        JsonArray intervals = result["intervals"]!.AsArray();
        if (intervals.Count < Seconds)
        {
            throw new BenchException($"iperf3 reported {intervals.Count} seconds of {Seconds}");
        }

        double first = GigabitsPerSecond(intervals[0]!);
        double tenth = GigabitsPerSecond(intervals[Seconds - 1]!);
        return [first, tenth, first / tenth];
    }

    private static double GigabitsPerSecond(JsonNode interval) =>
        (double)interval["sum"]!["bits_per_second"]! / 1e9;
}
