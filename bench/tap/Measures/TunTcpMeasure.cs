using System.Globalization;
using System.Text.Json.Nodes;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>Bulk TCP where at least one end is a TUN, both directions, beside subjects of its own.</summary>
internal sealed class TunTcpMeasure(string name, string reference, string candidate, Goal goal) : IMeasure
{
    private const int OmitSeconds = 1; // as TcpMeasure

    public string Name => name;

    public (Subject Reference, Subject Candidate)? OwnSubjects => (Subject.Named(reference), Subject.Named(candidate));

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new($"TCP, {candidate} beside {reference}, A to B, Gbit/s", "0.00", goal),
        new($"TCP, {candidate} beside {reference}, B to A, Gbit/s", "0.00", goal),
    ];

    public int Rounds(int rounds) => rounds;

    public bool DependsOnMood => true;

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation) =>
        [await RunAsync(bed, [], cancellation), await RunAsync(bed, ["--reverse"], cancellation)];

    private static async Task<double> RunAsync(TestBed bed, string[] direction, CancellationToken cancellation)
    {
        string[] options =
        [
            "--time", bed.Slice.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--omit", OmitSeconds.ToString(CultureInfo.InvariantCulture),
            .. direction,
        ];
        JsonNode result = await Iperf.RunAsync(
            bed, options, bed.Slice + TimeSpan.FromSeconds(OmitSeconds), ipv6: false, cancellation);
        return (double)result["end"]!["sum_received"]!["bits_per_second"]! / 1e9;
    }
}
