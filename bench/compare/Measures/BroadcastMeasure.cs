using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>64-octet broadcasts from one port to a hundred others.</summary>
internal sealed class BroadcastMeasure : IMeasure
{
    private const int Receivers = 100;
    private const int Octets = 64;
    private const string Title = "Broadcast to 100 ports, copies/s";

    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(500);

    public string Name => "broadcast";

    public IReadOnlyList<Shape> Shapes => [Shape.Pair with { Ports = 1 + Receivers }];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new(Title, "#,0", Goal.RatioAtLeast(1)) { Chart = Title },
        new("Start to first frame with 101 ports, ms", "0", Goal.None) { LessIsBetter = true },
    ];

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        (Station a, Station b) = (bed.Lab.A, bed.Lab.B);
        string[] what =
        [
            $"from={a.Namespace}:{a.Interface}", $"to={b.Namespace}", $"others={bed.Lab.OthersNamespace}:{bed.Lab.PortPrefix}", $"src={a.Mac}", "dst=ff:ff:ff:ff:ff:ff",
            $"octets={Octets}",
        ];
        Received received = await Generator.SendAsync(bed, what, _warmUp, bed.Slice, rate: 0, cancellation);
        return received.Silent == 0
            ? [received.ReceivedPerSecond + received.OthersPerSecond, subject.TimeToFirstFrame.TotalMilliseconds]
            : throw new BenchException($"{received.Silent} of {Receivers} ports received nothing");
    }
}
