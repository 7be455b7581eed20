using System.Globalization;
using System.Text.Json.Nodes;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>Bulk TCP: what arrived a second, after a first second that does not count.</summary>
/// <param name="name">As in --rows.</param>
/// <param name="title">What is said of it in the table.</param>
/// <param name="options">Of iperf3, beyond the duration.</param>
/// <param name="ipv6">Over which internet protocol.</param>
/// <param name="goal">Of this switch.</param>
internal sealed class TcpMeasure(string name, string title, string[] options, bool ipv6, Goal goal) : IMeasure
{
    private const int OmitSeconds = 1; // slow start, and the sockets' buffers still growing

    public string Name => name;

    public IReadOnlyList<Figure> Figures { get; } = [new($"{title}, Gbit/s", "0.00", goal) { Chart = $"{title}, Gbit/s" }];

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        int omit = bed.Quick ? 0 : OmitSeconds;
        string[] all =
        [
            "--time", bed.Slice.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--omit", omit.ToString(CultureInfo.InvariantCulture),
            .. options,
        ];
        JsonNode end = (await Iperf.RunAsync(bed, all, bed.Slice + TimeSpan.FromSeconds(omit), ipv6, cancellation))["end"]!;
        return [GigabitsPerSecond(end["sum_received"]) + GigabitsPerSecond(end["sum_received_bidir_reverse"])];
    }

    private static double GigabitsPerSecond(JsonNode? sum) => sum is null ? 0 : (double)sum["bits_per_second"]! / 1e9;
}
