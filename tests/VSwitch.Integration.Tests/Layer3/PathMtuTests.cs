using System.Net.Sockets;
using VSwitch.Frames;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>Ports of different MTU: senders find out what fits, in both families, by what the switch reports.</summary>
[Collection(Collections.Heavy)]
public class PathMtuTests
{
    private static readonly int[] s_mtus = [9000, 1500, 1400];

    [Theory]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tun), nameof(PortKind.Tap))]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tap), nameof(PortKind.Tun))]
    public async Task Tracepath_ToSmallerMtus_ShowsGatewayAndMtu(params string[] kinds)
    {
        await using SwitchLab lab = await Start(kinds);
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            foreach ((int from, int to) in new[] { (0, 1), (0, 2), (1, 2), (2, 0) })
            {
                IReadOnlyList<string> output = await lab.Succeed(from, Programs.Tracepath, "-n", lab[to].Address(family).ToString());
                Assert.Contains(output, l => l.Contains($" {RoutedLab.Gateway(from, family)} ", StringComparison.Ordinal));
                Assert.Contains(output, l => l.Contains($" {lab[to].Address(family)} ", StringComparison.Ordinal) && l.Contains("reached", StringComparison.Ordinal));
                Assert.Contains($"pmtu {Math.Min(s_mtus[from], s_mtus[to])}", output[^1], StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tap), AddressFamily.InterNetwork)]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tun), AddressFamily.InterNetworkV6)]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tap), AddressFamily.InterNetworkV6)]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tun), AddressFamily.InterNetwork)]
    public async Task Stream_WhoseSegmentsAreTooLong_FindsThePathMtu(string sender, string router, AddressFamily family)
    {
        // Both ends have an MTU of 9000 and agree on segments that long; the way to the router between them is narrower.
        const long Octets = 8L << 20;
        await using SwitchLab lab = await Start([sender, router], AddRoutesToFar);
        using FarNetwork far = await FarNetwork.Make(lab, 1, mtu: 9000);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], far.Station, family, Octets);
        Assert.Equal(Octets, await flow.Finish());
        Assert.InRange(lab.Counters(0).Drops(DropReason.PacketTooBig), 1, 1000);
        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task PacketThatMayNotBeCut_InOneSegment_IsReportedByTheTunPort(AddressFamily family)
    {
        // No router is between them: the switch speaks for the TUN, whose MTU the station at the TAP can't know.
        await using SwitchLab lab = SwitchLab.Between(Ends.TapTun, (i, spec) => spec with { Mtu = i == 0 ? 9000 : 1400 });
        await lab.Reach(0, 1, family);
        string to = lab[1].Address(family).ToString();
        LabProcess ping = await lab.Run(0, Programs.Ping, "-n", "-c", "1", "-W", "10", "-M", "do", "-s", "3000", to);
        Assert.Equal(1, ping.ExitCode);
        Assert.Matches("mtu ?= ?1400", ping.Text);
        IReadOnlyList<string> output = await lab.Succeed(0, Programs.Tracepath, "-n", to);
        Assert.Contains("pmtu 1400", output[^1], StringComparison.Ordinal);
    }

    private static Task<SwitchLab> Start(string[] kinds, Action<VirtualSwitch>? configure = null) =>
        RoutedLab.Start([.. kinds.Select(k => Enum.Parse<PortKind>(k))], (i, spec) => spec with { Mtu = s_mtus[i] }, configure);

    private static void AddRoutesToFar(VirtualSwitch made)
    {
        made.AddRoute(FarNetwork.IPv4, System.Net.IPAddress.Parse("10.88.2.1"));
        made.AddRoute(FarNetwork.IPv6, System.Net.IPAddress.Parse("fd00:88:2::1"));
    }
}
