using System.Globalization;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>Bulk TCP: what arrived a second, after a first second that does not count.</summary>
internal sealed class TcpMeasure(string name, int streams, bool ipv6, Goal goal) : IMeasure
{
    private const int OmitSeconds = 1; // slow start, and the sockets' buffers still growing

    public string Name => name;

    public IReadOnlyList<Figure> Figures { get; } =
        [new($"TCP{(ipv6 ? " over IPv6" : "")}, {streams} stream{(streams > 1 ? "s" : "")}, Gbit/s", "0.00", goal)];

    public int Rounds(int rounds) => rounds;

    public bool DependsOnMood => true;

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        string[] options =
        [
            "--time", bed.Slice.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--omit", OmitSeconds.ToString(CultureInfo.InvariantCulture),
            "--parallel", streams.ToString(CultureInfo.InvariantCulture),
        ];
        var result = await Iperf.RunAsync(
            bed, options, bed.Slice + TimeSpan.FromSeconds(OmitSeconds), ipv6, cancellation);
        return [(double)result["end"]!["sum_received"]!["bits_per_second"]! / 1e9];
    }
}
