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
    ];

    /// <summary>IPv6 has no goal of its own and takes time: on request.</summary>
    public static IReadOnlyList<string> Default { get; } =
        [.. List.Select(measure => measure.Name).Where(name => name != "tcp6")];
}
