namespace VSwitch.TapBench.Measures;

/// <summary>Every measure there is, in the order of the table.</summary>
internal static class AllMeasures
{
    private static readonly TcpMeasure _oneStream = new("tcp1", 1, ipv6: false, Goal.RatioAtLeast(0.95));

    public static IReadOnlyList<IMeasure> List { get; } =
    [
        _oneStream,
        new TcpMeasure("tcp4", 4, ipv6: false, Goal.RatioAtLeast(0.95)),
        new TcpMeasure("tcp6", 1, ipv6: true, Goal.None),
        new SmallFramesMeasure(),
        new RoundTripMeasure(),
        new StartMeasure(),
        new IdleMeasure(_oneStream),
        new TunTcpMeasure("tcp-tun-tap", "switch", "switch-tun-tap", Goal.RatioAtLeast(0.85)),
        new TunTcpMeasure("tcp-tun-tun", "relay-tun", "switch-tun-tun", Goal.RatioAtLeast(0.95)),
        new TunDatagramsMeasure("udp-tun-tap", "switch", "switch-tun-tap", Goal.RatioAtLeast(0.90)),
    ];

    /// <summary>IPv6 has no goal of its own, TUNs are compared otherwise, and both take time: on request.</summary>
    public static IReadOnlyList<string> Default { get; } =
        [.. List.Where(measure => measure.OwnSubjects is null).Select(measure => measure.Name).Where(name => name != "tcp6")];
}
