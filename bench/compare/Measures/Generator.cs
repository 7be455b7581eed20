using System.Globalization;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>frames.c: sends from one station, counts at the others.</summary>
internal static class Generator
{
    /// <summary>Where it runs: nothing else is pinned, the scheduler places all other threads.</summary>
    public const int Core = 0;

    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(30);

    /// <summary>What it is told so that a UDP datagram of A reaches B, or of B reaches A.</summary>
    public static string[] Datagrams(Station from, Station to, int octets) =>
    [
        $"from={from.Namespace}:{from.Interface}", $"to={to.Namespace}", $"src={from.Mac}", $"dst={to.Mac}",
        $"ip={from.IPv4},{to.IPv4}", $"octets={octets}",
    ];

    /// <summary>Sends and counts.</summary>
    /// <param name="bed">Where.</param>
    /// <param name="what">From where, to where, which frames.</param>
    /// <param name="warm">Before it counts a rate.</param>
    /// <param name="window">While it counts.</param>
    /// <param name="rate">Frames a second; 0 for as many as it can.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Received> SendAsync(
        TestBed bed, IEnumerable<string> what, TimeSpan warm, TimeSpan window, double rate, CancellationToken cancellation)
    {
        string[] arguments =
        [
            bed.Tools.Frames, "send", .. what, $"warm={NativeTools.Milliseconds(warm)}", $"ms={NativeTools.Milliseconds(window)}", Pin,
            .. rate > 0 ? [Rate(rate)] : Array.Empty<string>(),
        ];
        return Received.Parse(await ChildProcess.RunAsync(arguments, warm + window + _margin, cancellation));
    }

    /// <summary>Sends for so long at a steady rate, beside something else; ended by SIGTERM, it still says what became of it.</summary>
    public static ChildProcess StartBackground(TestBed bed, IEnumerable<string> what, TimeSpan time, double rate) =>
        ChildProcess.Start([bed.Tools.Frames, "send", .. what, $"ms={NativeTools.Milliseconds(time)}", Pin, Rate(rate)]);

    /// <summary>Sends one frame from each of so many stations.</summary>
    /// <param name="bed">Where.</param>
    /// <param name="at">The port that they are to be learned at.</param>
    /// <param name="to">Where the frames come out.</param>
    /// <param name="macs">The first station's, and that of the one the frames are for.</param>
    /// <param name="stations">How many.</param>
    /// <param name="rate">Frames a second; fewer where the subject takes fewer.</param>
    /// <param name="most">How long it may take: who is slower is shown fewer.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The share that came out: what did not may not be learned.</returns>
    public static async Task<double> LearnAsync(
        TestBed bed, Station at, Station to, (string First, string For) macs, int stations, double rate, TimeSpan most, CancellationToken cancellation)
    {
        string output = await ChildProcess.RunAsync(
            [
                bed.Tools.Frames, "learn", $"from={at.Namespace}:{at.Interface}", $"to={to.Namespace}", $"src={macs.First}", $"dst={macs.For}",
                $"stations={stations}", $"ms={NativeTools.Milliseconds(most)}", Pin, Rate(rate),
            ],
            most + _margin,
            cancellation);
        return NativeTools.Value(output, "received") / stations;
    }

    private static string Pin => $"cpu={Core}";

    private static string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $"rate={Math.Max(1, Math.Round(rate)):0}");
}
