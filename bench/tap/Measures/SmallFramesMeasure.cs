using System.Globalization;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>64-octet frames to a learnt station, more than can be taken; what arrives is counted.</summary>
internal sealed class SmallFramesMeasure : IMeasure
{
    private const int GeneratorCore = 0;

    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(10);

    public string Name => "frames";

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("64-octet frames/s received", "#,0", Goal.RatioAtLeast(0.95)),
        new("64-octet frames/s offered", "#,0", Goal.None),
    ];

    public int Rounds(int rounds) => rounds;

    public bool DependsOnMood => true;

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        (Station a, Station b) = (bed.Lab.A, bed.Lab.B);
        string frames = bed.Tools.Frames;
        await ChildProcess.RunAsync(b.Inside(frames, "announce", b.Tap, b.Mac), _margin, cancellation);

        // The flood outlasts the window that is counted, and is bounded by itself should the runner die.
        TimeSpan flood = _warmUp + bed.Slice + _warmUp;
        await using ChildProcess generator = ChildProcess.Start(
            a.Inside(frames, "flood", a.Tap, b.Mac, a.Mac, Milliseconds(flood), $"{GeneratorCore}"));
        string counted = await ChildProcess.RunAsync(
            b.Inside(frames, "count", b.Tap, Milliseconds(_warmUp), Milliseconds(bed.Slice)),
            flood + _margin,
            cancellation);
        if (await generator.WaitForExitAsync(flood + _margin, cancellation) != 0)
        {
            throw new BenchException($"the generator failed: {generator.LastWords()}");
        }

        return
        [
            NativeTools.Value(counted, "frames_per_second"),
            NativeTools.Value(generator.Output, "offered_per_second"),
        ];
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
}
