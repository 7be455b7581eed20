using System.Net.Sockets;
using System.Text.Json;
using VSwitch.Devices;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class IperfTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork, 1, false)]
    [InlineData(AddressFamily.InterNetwork, 4, false)]
    [InlineData(AddressFamily.InterNetwork, 4, true)]
    [InlineData(AddressFamily.InterNetworkV6, 1, false)]
    [InlineData(AddressFamily.InterNetworkV6, 4, true)]
    public async Task Tcp_Streams_SuperFramesCrossWhole(AddressFamily family, int streams, bool reverse)
    {
        const int Octets = 64 << 20;
        await using SwitchLab lab = new();
        JsonElement end = await Measure(lab, family, ["-n", $"{Octets}", "-P", $"{streams}", .. reverse ? ["-R"] : Array.Empty<string>()]);

        // iperf3 ends when the sender has had enough: what is still on the way does not count.
        long received = end.GetProperty("sum_received").GetProperty("bytes").GetInt64();
        Assert.True(received > Octets / 8, end.ToString());
        TrafficCounters sender = lab.Counters(reverse ? 1 : 0);
        Assert.True(sender.ReceivedOctets > received, $"{sender.ReceivedOctets} octets came in, {received} arrived");
        Assert.True(sender.ReceivedOctets / sender.ReceivedFrames > 2 * 1500, $"{sender.ReceivedOctets} octets in {sender.ReceivedFrames} frames");
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[0]));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 1400, false, true)]
    [InlineData(AddressFamily.InterNetwork, 60_000, false, true)]
    [InlineData(AddressFamily.InterNetwork, 60_000, true, false)]
    [InlineData(AddressFamily.InterNetworkV6, 1400, true, true)]
    [InlineData(AddressFamily.InterNetworkV6, 60_000, false, false)]
    public async Task Udp_Datagrams_Arrive(AddressFamily family, int length, bool reverse, bool offload)
    {
        const int Octets = 6 << 20;
        await using SwitchLab lab = new(2, (_, spec) => spec with { Offload = offload });
        JsonElement end = await Measure(
            lab, family, ["-u", "-b", "100M", "-n", $"{Octets}", "-l", $"{length}", .. reverse ? ["-R"] : Array.Empty<string>()]);

        JsonElement sum = end.GetProperty("sum");
        Assert.True(sum.GetProperty("packets").GetInt64() > sum.GetProperty("lost_packets").GetInt64(), end.ToString());
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[0]));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
    }

    /// <summary>Runs iperf3 from station 0 to station 1.</summary>
    /// <returns>The end of its report.</returns>
    internal static async Task<JsonElement> Measure(SwitchLab lab, AddressFamily family, IEnumerable<string> arguments)
    {
        string to = lab[1].Address(family).ToString();
        LabProcess server = lab.Start(1, Programs.Iperf, "-s", "-1", "-B", to, "--forceflush");
        await server.Line(l => l.StartsWith("Server listening", StringComparison.Ordinal), "iperf3 listens");
        LabProcess client = await lab.Run(0, Programs.Iperf, ["-c", to, "-J", .. arguments]);
        Assert.True(client.ExitCode == 0, client.Text);
        using JsonDocument report = JsonDocument.Parse(string.Join('\n', client.Output));
        return report.RootElement.GetProperty("end").Clone();
    }
}
