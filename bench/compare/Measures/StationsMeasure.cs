using System.Diagnostics;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>64-octet frames to random ones of many stations that a switch has learned, beside the same to one.</summary>
/// <remarks>A third port tells a switch that knows where a station is from one that floods.</remarks>
/// <param name="name">As in --rows.</param>
/// <param name="room">How many stations the subject is told to have room for.</param>
/// <param name="steps">How many stations, and how the table calls them; from one to the most.</param>
/// <param name="ratio">The goal of this switch, for the most over one.</param>
internal sealed class StationsMeasure(string name, int room, (int Stations, string Title)[] steps, Goal ratio) : IMeasure
{
    private const int Octets = 64;
    private const string FirstMac = "02:00:01:00:00:00";

    // Stations are shown as fast as the subject takes them, and again, ever more slowly, until next to none is lost.
    // What is flooded nevertheless shows who was not learned.
    private const double FirstLearnPerSecond = 400_000;
    private const int MostPasses = 5;
    private const double EnoughLearned = 0.999;

    private static readonly TimeSpan _longestLearning = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1); // a fresh subject may still compile itself
    private static readonly TimeSpan _quickWindow = TimeSpan.FromMilliseconds(500);

    public string Name => name;

    public IReadOnlyList<Shape> Shapes => [new(3, room)];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        .. steps.Select((step, i) => new Figure($"64 octets to {step.Title}: received/s", "#,0", Goal.None)
        {
            Chart = i == steps.Length - 1 ? $"64-octet frames/s to {step.Title}" : null,
        }),
        new($"{steps[^1].Title} over {steps[0].Title}", "0.00", ratio),
        new($"{steps[^1].Title}: flooded to a third port, %", "0.0", Goal.None) { LessIsBetter = true },
    ];

    public string? WhyNot(Subject subject) =>
        subject.SendsToAll ? "learns nothing" : subject.MostPorts < Shapes[0].Ports ? "has no third port" : null;

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        var received = new List<Received>();
        foreach ((int stations, string _) in steps)
        {
            received.Add(await RunAsync(bed, stations, cancellation));
        }

        return
        [
            .. received.Select(step => step.ReceivedPerSecond),
            received[^1].ReceivedPerSecond / received[0].ReceivedPerSecond,
            100 * received[^1].OthersPerSecond / received[^1].ReceivedPerSecond,
        ];
    }

    private static async Task<Received> RunAsync(TestBed bed, int stations, CancellationToken cancellation)
    {
        (Station a, Station b) = (bed.Lab.A, bed.Lab.B);
        await Generator.LearnAsync(bed, a, b, (a.Mac, FirstMac), 1, FirstLearnPerSecond, _longestLearning, cancellation);
        double learned = 0;
        double rate = FirstLearnPerSecond;
        long start = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < MostPasses && learned < EnoughLearned && Left() > TimeSpan.FromSeconds(1); pass++, rate /= 2)
        {
            learned = await Generator.LearnAsync(bed, b, a, (FirstMac, a.Mac), stations, rate, Left(), cancellation);
        }

        string[] what =
        [
            $"from={a.Namespace}:{a.Interface}", $"to={b.Namespace}", $"others={bed.Lab.OthersNamespace}:{bed.Lab.PortPrefix}", $"src={a.Mac}",
            $"dst={FirstMac}", $"stations={stations}", $"octets={Octets}",
        ];
        Received received = await Generator.SendAsync(bed, what, _warmUp, bed.Quick ? _quickWindow : bed.Slice, rate: 0, cancellation);
        return received.ReceivedPerSecond > 0 ? received : throw new BenchException($"nothing arrived of frames to {stations} stations");

        TimeSpan Left() => _longestLearning - Stopwatch.GetElapsedTime(start);
    }
}
