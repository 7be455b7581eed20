using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>UDP datagrams of one length: what arrives of more than can be taken, and the highest rate at which next to nothing is lost.</summary>
/// <param name="name">As in --rows.</param>
/// <param name="octets">Of a frame with its FCS.</param>
/// <param name="fromB">The other way round, which differs where one end is a TUN.</param>
/// <param name="goal">Of this switch, for what is received.</param>
internal sealed class DatagramsMeasure(string name, int octets, bool fromB, Goal goal) : IMeasure
{
    private const double MostLoss = 0.001;
    private const double Headroom = 1.2; // beyond what arrived under overload: being overrun costs a subject, too
    private const int Steps = 7; // 1.2 / 2^7: to 1 % of what arrived under overload
    private const int QuickSteps = 5;

    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _quickWindow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _trial = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _quickTrial = TimeSpan.FromMilliseconds(150);

    public string Name => name;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new($"{Title(octets, fromB)}: received/s", "#,0", goal) { Chart = $"{Title(octets, fromB)}, frames/s received" },
        new($"{Title(octets, fromB)}: offered/s", "#,0", Goal.None),
        new($"{Title(octets, fromB)}: rate with loss < 0.1 %", "#,0", Goal.None) { Chart = $"{Title(octets, fromB)}, frames/s, loss < 0.1 %" },
    ];

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        string[] what = fromB ? Generator.Datagrams(bed.Lab.B, bed.Lab.A, octets) : Generator.Datagrams(bed.Lab.A, bed.Lab.B, octets);
        Received flood = await Generator.SendAsync(bed, what, _warmUp, bed.Quick ? _quickWindow : bed.Slice, rate: 0, cancellation);
        if (flood.ReceivedPerSecond <= 0)
        {
            throw new BenchException("nothing arrived");
        }

        double best = await RateSearch.HighestAsync(
            most: Math.Min(flood.ReceivedPerSecond * Headroom, flood.OfferedPerSecond),
            bed.Quick ? QuickSteps : Steps,
            async rate => (await Generator.SendAsync(bed, what, TimeSpan.Zero, bed.Quick ? _quickTrial : _trial, rate, cancellation)) is var trial
                && trial.Loss < MostLoss ? trial.OfferedPerSecond : null);
        return [flood.ReceivedPerSecond, flood.OfferedPerSecond, best];
    }

    private static string Title(int octets, bool fromB) => $"UDP {octets} octets{(fromB ? ", B to A" : "")}";
}
