using System.Net.Sockets;
using System.Text.Json;
using VSwitch.Devices;
using VSwitch.Integration.Tests.Traffic;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>iperf3 to and from hosts behind a TUN: super-frames cross whole.</summary>
[Collection(Collections.Heavy)]
public class TunIperfTests
{
    [Theory]
    [InlineData(Ends.TapTun, AddressFamily.InterNetwork, 4, false)]
    [InlineData(Ends.TunTap, AddressFamily.InterNetworkV6, 1, true)]
    [InlineData(Ends.TunTun, AddressFamily.InterNetwork, 4, true)]
    public async Task Tcp_Streams_SuperFramesCrossWhole(Ends ends, AddressFamily family, int streams, bool reverse)
    {
        const int Octets = 32 << 20;
        await using SwitchLab lab = SwitchLab.Between(ends);
        JsonElement end = await IperfTests.Measure(lab, family, ["-n", $"{Octets}", "-P", $"{streams}", .. reverse ? ["-R"] : Array.Empty<string>()]);
        Assert.True(end.GetProperty("sum_received").GetProperty("bytes").GetInt64() > Octets / 8, end.ToString());
        TrafficCounters sender = lab.Counters(reverse ? 1 : 0);
        Assert.True(sender.ReceivedOctets / sender.ReceivedFrames > 2 * 1500, $"{sender.ReceivedOctets} octets in {sender.ReceivedFrames} frames");
        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(Ends.TapTun, AddressFamily.InterNetwork, 60_000)]
    [InlineData(Ends.TunTun, AddressFamily.InterNetworkV6, 1400)]
    public async Task Udp_Datagrams_Arrive(Ends ends, AddressFamily family, int length)
    {
        await using SwitchLab lab = SwitchLab.Between(ends, (_, spec) => spec with { Offload = false });
        JsonElement sum = (await IperfTests.Measure(lab, family, ["-u", "-b", "100M", "-n", "3M", "-l", $"{length}"])).GetProperty("sum");
        Assert.True(sum.GetProperty("packets").GetInt64() > sum.GetProperty("lost_packets").GetInt64(), sum.ToString());
        lab.AssertNoKernelErrors();
    }
}
