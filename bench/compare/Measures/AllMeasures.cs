namespace VSwitch.CompareBench.Measures;

/// <summary>Every measure there is, in the order of the table.</summary>
internal static class AllMeasures
{
    private const int LoadPerSecond = 50_000; // what every subject carries here
    private const int Million = 1 << 20;

    private static readonly string[] _onRequest = ["tcp1-back", "udp64-back", "warm", "ports", "fdb1m", "churn"];

    private static readonly TcpMeasure _oneStream = new("tcp1", "TCP, 1 stream", [], ipv6: false, Goal.RatioAtLeast(1));

    public static IReadOnlyList<IMeasure> List { get; } =
    [
        _oneStream,
        new TcpMeasure("tcp4", "TCP, 4 streams", ["--parallel", "4"], ipv6: false, Goal.RatioAtLeast(1)),
        new TcpMeasure("tcp-both", "TCP, both ways at once, sum", ["--bidir"], ipv6: false, Goal.RatioAtLeast(1)),
        new TcpMeasure("tcp6", "TCP over IPv6, 1 stream", [], ipv6: true, Goal.RatioAtLeast(1)),
        new TcpMeasure("tcp1-back", "TCP, 1 stream, B to A", ["--reverse"], ipv6: false, Goal.None),
        new DatagramsMeasure("udp64", 64, fromB: false, Goal.RatioAtLeast(1.2)),
        new DatagramsMeasure("udp512", 512, fromB: false, Goal.None),
        new DatagramsMeasure("udp1518", 1518, fromB: false, Goal.None),
        new DatagramsMeasure("udp64-back", 64, fromB: true, Goal.None),
        new RoundTripMeasure("rtt", 0, Goal.RatioAtMost(1.10), Goal.RatioAtMost(1)),
        new RoundTripMeasure("rtt-load", LoadPerSecond, Goal.None, Goal.None),
        new StartMeasure(),
        new WarmMeasure(),
        new IdleMeasure(_oneStream),
        new StationsMeasure(
            "fdb", room: 2 * 65536, [(1, "1 station"), (8192, "8k random stations"), (65536, "64k random stations")],
            Goal.ValueAtLeast(0.95, "own figure at least 0.95")),
        new StationsMeasure("fdb1m", room: Million, [(1, "1 station"), (Million, "1M random stations")], Goal.None),
        new BroadcastMeasure(),
        new PortsMeasure(),
        new ChurnMeasure(),
    ];

    /// <summary>The other way round is the same unless one end is a TUN, and the others take a minute a slice: on request.</summary>
    public static IReadOnlyList<string> Default { get; } = [.. List.Select(measure => measure.Name).Except(_onRequest)];
}
