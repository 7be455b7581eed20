using System.Net.Sockets;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>The hosts behind a TUN are stations of the segment: whoever pings does not notice.</summary>
[Collection(Collections.Heavy)]
public class TunPingTests
{
    private static readonly string[] s_thrice = ["-n", "-c", "3", "-i", "0.01", "-W", "10"];

    [Theory]
    [InlineData(Ends.TapTun)]
    [InlineData(Ends.TunTap)]
    [InlineData(Ends.TunTun)]
    public async Task Ping_EveryAddress_Answers(Ends ends)
    {
        await using SwitchLab lab = SwitchLab.Between(ends);
        foreach ((int from, int to) in new[] { (0, 1), (1, 0) })
        {
            foreach (string address in new[] { $"{lab[to].IPv4}", $"{lab[to].IPv6}", $"{lab[to].LinkLocalAddress()}%{lab[from].Interface}" })
            {
                await lab.Succeed(from, Programs.Ping, [.. s_thrice, address]);
            }
        }

        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(Ends.TapTun, AddressFamily.InterNetwork, 1500, true)]
    [InlineData(Ends.TapTun, AddressFamily.InterNetworkV6, 9000, true)]
    [InlineData(Ends.TunTap, AddressFamily.InterNetwork, 9000, false)]
    [InlineData(Ends.TunTap, AddressFamily.InterNetworkV6, 1500, false)]
    [InlineData(Ends.TunTun, AddressFamily.InterNetwork, 9000, true)]
    [InlineData(Ends.TunTun, AddressFamily.InterNetworkV6, 9000, false)]
    public async Task Ping_AsLongAsTheMtu_WholePacketUnfragmented(Ends ends, AddressFamily family, int mtu, bool offload)
    {
        await using SwitchLab lab = SwitchLab.Between(ends, (i, spec) => spec with { Mtu = mtu, Offload = i == 0 && offload });
        int payload = mtu - 8 - (family == AddressFamily.InterNetwork ? 20 : 40);
        await lab.Succeed(0, Programs.Ping, [.. s_thrice, "-M", "do", "-s", $"{payload}", lab[1].Address(family).ToString()]);
        await Bounded.Until(() => lab.Counters(1).SentOctets >= 3 * mtu, "packets of that length are counted");
        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Ping_OfTheSegment_ReachesStationsBehindTapsAndTuns(int from)
    {
        await using SwitchLab lab = new(5, (i, spec) => spec with { Kind = i % 2 == 0 ? PortKind.Tap : PortKind.Tun });
        LabProcess ping = lab.Start(from, Programs.Ping, "-n", "-i", "0.2", $"ff02::1%{lab[from].Interface}");
        foreach (int other in Enumerable.Range(0, 5).Where(i => i != from))
        {
            string address = lab[other].LinkLocalAddress();
            await ping.Line(l => l.Contains($"from {address}%", StringComparison.Ordinal), $"{other} answers");
        }
    }
}
