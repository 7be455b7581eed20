namespace VSwitch.CompareBench.Lab;

/// <summary>One look at the machine, 40 ms, between two slices.</summary>
/// <param name="HopNanoseconds">Time of a cache line from core to core; NaN when unknown.</param>
/// <param name="WakeMicroseconds">Time to wake a thread that sleeps on the other core; NaN when unknown.</param>
internal sealed record MoodProbe(double HopNanoseconds, double WakeMicroseconds)
{
    private const double NearestFarNanoseconds = 120; // seen: near 30-60, far 190-600

    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(10);

    public Mood Mood => HopNanoseconds switch
    {
        double.NaN => Mood.Unknown,
        < NearestFarNanoseconds => Mood.Near,
        _ => Mood.Far,
    };

    public static async Task<MoodProbe> TakeAsync(NativeTools tools, CancellationToken cancellation)
    {
        await using ChildProcess probe = ChildProcess.Start([tools.Mood]);
        int exitCode = await probe.WaitForExitAsync(_bound, cancellation);
        return exitCode == 0
            ? new MoodProbe(
                NativeTools.Value(probe.Output, "ns_per_hop"), NativeTools.Value(probe.Output, "us_per_wake"))
            : new MoodProbe(double.NaN, double.NaN);
    }
}
