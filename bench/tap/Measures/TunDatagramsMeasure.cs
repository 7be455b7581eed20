using System.Globalization;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>UDP in frames of 64 octets, or what such a frame carries, both directions; more than can be taken, what arrives is counted.</summary>
internal sealed class TunDatagramsMeasure(string name, string reference, string candidate, Goal goal) : IMeasure
{
    private const int GeneratorCore = 0;

    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(10);

    public string Name => name;

    public (Subject Reference, Subject Candidate)? OwnSubjects => (Subject.Named(reference), Subject.Named(candidate));

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new($"64-octet UDP, {candidate} beside {reference}, A to B, datagrams/s received", "#,0", goal),
        new("offered", "#,0", Goal.None),
        new($"64-octet UDP, {candidate} beside {reference}, B to A, datagrams/s received", "#,0", goal),
        new("offered", "#,0", Goal.None),
    ];

    public int Rounds(int rounds) => rounds;

    public bool DependsOnMood => true;

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation) =>
    [
        .. await RunAsync(bed, bed.Lab.A, bed.Lab.B, cancellation),
        .. await RunAsync(bed, bed.Lab.B, bed.Lab.A, cancellation),
    ];

    // The stations know each other: the subject was tried before.
    private static async Task<double[]> RunAsync(TestBed bed, Station from, Station to, CancellationToken cancellation)
    {
        string frames = bed.Tools.Frames;
        TimeSpan flood = _warmUp + bed.Slice + _warmUp;
        await using ChildProcess generator = ChildProcess.Start(
            from.Inside(frames, "udp", from.Tap, to.Mac, from.IPv4, to.IPv4, Milliseconds(flood), $"{GeneratorCore}"));
        string counted = await ChildProcess.RunAsync(
            to.Inside(frames, "count", to.Tap, Milliseconds(_warmUp), Milliseconds(bed.Slice)),
            flood + _margin,
            cancellation);
        if (await generator.WaitForExitAsync(flood + _margin, cancellation) != 0)
        {
            throw new BenchException($"the generator failed: {generator.LastWords()}");
        }

        return [NativeTools.Value(counted, "frames_per_second"), NativeTools.Value(generator.Output, "offered_per_second")];
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
}
