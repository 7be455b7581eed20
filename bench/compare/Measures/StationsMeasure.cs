using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>64-octet frames to random ones of many stations that a switch has learned, beside the same to one.</summary>
/// <remarks>A third port tells a switch that knows where a station is from one that floods.</remarks>
internal sealed class StationsMeasure : IMeasure
{
    private const int Few = 8192;
    private const int Many = 65536;
    private const int Octets = 64;
    private const string FirstMac = "02:00:01:00:00:00";
    private const double LearnPerSecond = 100_000; // what every subject takes; what is lost nevertheless is sent a second time

    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _quickWindow = TimeSpan.FromMilliseconds(500);

    public string Name => "fdb";

    public Shape Shape => new(3, 2 * Many);

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("64 octets to 1 station: received/s", "#,0", Goal.None),
        new("64 octets to 8k random stations: received/s", "#,0", Goal.None),
        new("64 octets to 64k random stations: received/s", "#,0", Goal.None) { Chart = "64-octet frames/s to 64k random stations" },
        new("64k stations over 1 station", "0.00", Goal.ValueAtLeast(0.95, "own figure at least 0.95")),
        new("64k stations: flooded to a third port, %", "0.0", Goal.None) { LessIsBetter = true },
    ];

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        Received one = await RunAsync(bed, 1, cancellation);
        Received few = await RunAsync(bed, Few, cancellation);
        Received many = await RunAsync(bed, Many, cancellation);
        return
        [
            one.ReceivedPerSecond, few.ReceivedPerSecond, many.ReceivedPerSecond,
            many.ReceivedPerSecond / one.ReceivedPerSecond, 100 * many.OthersPerSecond / many.ReceivedPerSecond,
        ];
    }

    private static async Task<Received> RunAsync(TestBed bed, int stations, CancellationToken cancellation)
    {
        (Station a, Station b) = (bed.Lab.A, bed.Lab.B);
        await Generator.LearnAsync(bed, a, a.Mac, FirstMac, 1, LearnPerSecond, cancellation);
        await Generator.LearnAsync(bed, b, FirstMac, a.Mac, stations, LearnPerSecond, cancellation);
        await Generator.LearnAsync(bed, b, FirstMac, a.Mac, stations, LearnPerSecond, cancellation);
        string[] what =
        [
            $"from={a.Namespace}:{a.Interface}", $"to={b.Namespace}", $"others={bed.Lab.OthersNamespace}", $"src={a.Mac}", $"dst={FirstMac}",
            $"stations={stations}", $"octets={Octets}",
        ];
        Received received = await Generator.SendAsync(bed, what, _warmUp, bed.Quick ? _quickWindow : bed.Slice, rate: 0, cancellation);
        return received.ReceivedPerSecond > 0 ? received : throw new BenchException($"nothing arrived of frames to {stations} stations");
    }
}
