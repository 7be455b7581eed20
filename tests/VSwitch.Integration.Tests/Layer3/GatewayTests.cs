using System.Net.Sockets;
using VSwitch.Frames;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>The switch is the router between the networks of its ports, as the kernels in there see it.</summary>
[Collection(Collections.Heavy)]
public class GatewayTests
{
    private static readonly PortKind[] s_ports = [PortKind.Tap, PortKind.Tun, PortKind.Tap, PortKind.Tun];

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Ping_BetweenAllNetworks_HasOneHopLess(AddressFamily family)
    {
        await using SwitchLab lab = await RoutedLab.Start(s_ports);
        foreach ((int from, int to) in new[] { (0, 1), (1, 2), (2, 0), (1, 3), (3, 0) })
        {
            IReadOnlyList<string> output = await lab.Succeed(
                from, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", lab[to].Address(family).ToString());
            Assert.Equal(3, output.Count(l => l.Contains("ttl=63 ", StringComparison.Ordinal)));
        }

        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Ping_OfEveryGateway_IsAnswered(AddressFamily family)
    {
        await using SwitchLab lab = await RoutedLab.Start(s_ports[..2]);
        foreach (int from in new[] { 0, 1 })
        {
            foreach (int gateway in new[] { 0, 1 })
            {
                await lab.Succeed(from, Programs.Ping, "-n", "-c", "2", "-i", "0.01", "-W", "10", "-s", "1400", RoutedLab.Gateway(gateway, family).ToString());
            }
        }

        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(0, 1, AddressFamily.InterNetwork, true, true)]
    [InlineData(1, 0, AddressFamily.InterNetworkV6, true, false)]
    [InlineData(1, 3, AddressFamily.InterNetwork, false, true)]
    [InlineData(0, 2, AddressFamily.InterNetworkV6, true, true)]
    public async Task Stream_BetweenNetworks_ArrivesAsSent(int from, int to, AddressFamily family, bool senderOffload, bool receiverOffload)
    {
        const long Octets = 16L << 20;
        await using SwitchLab lab = await RoutedLab.Start(
            s_ports, (i, spec) => spec with { Offload = i == from ? senderOffload : i == to ? receiverOffload : spec.Offload });
        await using TcpFlow flow = await TcpFlow.Start(lab[from], lab[to], family, Octets);
        Assert.Equal(Octets, await flow.Finish());
        lab.AssertNoKernelErrors();
        if (senderOffload && receiverOffload)
        {
            Assert.True(lab.Counters(to).SentFrames < Octets / 1500 / 2, $"{lab.Counters(to).SentFrames} frames went out: super-frames are routed whole");
        }
    }

    [Theory]
    [InlineData(0, AddressFamily.InterNetwork, "10.77.0.1", false, "Net Unreachable|Network is unreachable")]
    [InlineData(1, AddressFamily.InterNetwork, "10.77.0.1", false, "Net Unreachable|Network is unreachable")]
    [InlineData(0, AddressFamily.InterNetworkV6, "fd00:77::1", false, "No route")]
    [InlineData(1, AddressFamily.InterNetworkV6, "fd00:77::1", false, "No route")]
    [InlineData(0, AddressFamily.InterNetwork, "10.88.2.77", true, "Host Unreachable")]
    [InlineData(1, AddressFamily.InterNetworkV6, "fd00:88:1::77", true, "Address unreachable")]
    public async Task Ping_OfWhatIsNotThere_SeesUnreachableFromTheGateway(int from, AddressFamily family, string address, bool isNetworkKnown, string answer)
    {
        await using SwitchLab lab = await RoutedLab.Start(s_ports[..3]);
        LabProcess ping = await lab.Run(from, Programs.Ping, "-n", "-c", "1", "-W", "10", address);
        Assert.Equal(1, ping.ExitCode);
        string line = Assert.Single(ping.Output, l => l.Contains("icmp_seq=1", StringComparison.Ordinal));
        Assert.Contains($"From {RoutedLab.Gateway(from, family)} ", line, StringComparison.Ordinal);
        Assert.True(answer.Split('|').Any(a => line.Contains(a, StringComparison.OrdinalIgnoreCase)), line);
        Assert.Equal(1, lab.Switch.GetTotals().Drops(isNetworkKnown ? DropReason.NeighborUnresolved : DropReason.NoRoute));
    }

    [Theory]
    [InlineData(0, 1, AddressFamily.InterNetwork)]
    [InlineData(1, 2, AddressFamily.InterNetwork)]
    [InlineData(0, 1, AddressFamily.InterNetworkV6)]
    [InlineData(1, 2, AddressFamily.InterNetworkV6)]
    public async Task Ping_WithOneHop_SeesTimeExceededFromTheGateway(int from, int to, AddressFamily family)
    {
        await using SwitchLab lab = await RoutedLab.Start(s_ports[..3]);
        LabProcess ping = await lab.Run(from, Programs.Ping, "-n", "-c", "1", "-t", "1", "-W", "10", lab[to].Address(family).ToString());
        Assert.Equal(1, ping.ExitCode);
        Assert.Contains(ping.Output, l => l.Contains($"From {RoutedLab.Gateway(from, family)} ", StringComparison.Ordinal) && l.Contains("Time", StringComparison.Ordinal));
        Assert.Equal(1, lab.Counters(from).Drops(DropReason.HopLimitExceeded));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task Traceroute_BetweenNetworks_ShowsTheGatewayAndTheStation(int from, int to)
    {
        await using SwitchLab lab = await RoutedLab.Start(s_ports[..3]);
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            foreach (string how in new[] { "-U", "-T", "-I" })
            {
                IReadOnlyList<string> hops = await lab.Succeed(from, Programs.Traceroute, "-n", how, "-q", "1", "-w", "5", lab[to].Address(family).ToString());
                Assert.StartsWith($" 1  {RoutedLab.Gateway(from, family)} ", hops[1], StringComparison.Ordinal);
                Assert.StartsWith($" 2  {lab[to].Address(family)} ", hops[2], StringComparison.Ordinal);
            }
        }
    }
}
