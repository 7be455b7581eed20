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

    /// <summary>Sends for so long at a steady rate, beside something else.</summary>
    public static ChildProcess StartBackground(TestBed bed, IEnumerable<string> what, TimeSpan time, double rate) =>
        ChildProcess.Start([bed.Tools.Frames, "send", .. what, $"ms={NativeTools.Milliseconds(time)}", Pin, Rate(rate)]);

    /// <summary>Sends one frame from each of so many stations.</summary>
    public static Task LearnAsync(
        TestBed bed, Station at, string firstMac, string destination, int stations, double rate, CancellationToken cancellation) =>
        ChildProcess.RunAsync(
            [
                bed.Tools.Frames, "learn", $"from={at.Namespace}:{at.Interface}", $"src={firstMac}", $"dst={destination}", $"stations={stations}",
                Pin, Rate(rate),
            ],
            TimeSpan.FromSeconds(stations / rate) + _margin,
            cancellation);

    private static string Pin => $"cpu={Core}";

    private static string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $"rate={Math.Max(1, Math.Round(rate)):0}");
}
