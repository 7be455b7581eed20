using System.Net;
using System.Net.Sockets;
using VSwitch.Identifiers;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>A network behind a router of Linux, which is a station at a TAP or a TUN: the switch gets there by static routes.</summary>
[Collection(Collections.Heavy)]
public class LinuxRouterTests
{
    private const int Router = 1;

    [Theory]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tap))]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tun))]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tap))]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tun))]
    public async Task StaticRoute_ToAFarNetwork_IsTakenBothWays(string station, string router)
    {
        await using SwitchLab lab = await Start(station, router, FarNetwork.IPv4, FarNetwork.IPv6);
        using FarNetwork far = await FarNetwork.Make(lab, Router);
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            string to = far.Station.Address(family).ToString();
            IReadOnlyList<string> output = await lab.Succeed(0, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", to);
            Assert.Equal(3, output.Count(l => l.Contains("ttl=62 ", StringComparison.Ordinal)));
            IReadOnlyList<string> hops = await lab.Succeed(0, Programs.Tracepath, "-n", to);
            Assert.Contains(hops, l => l.StartsWith(" 1: ", StringComparison.Ordinal) && l.Contains($" {RoutedLab.Gateway(0, family)} ", StringComparison.Ordinal));
            Assert.Contains(hops, l => l.StartsWith(" 2: ", StringComparison.Ordinal) && l.Contains($" {lab[Router].Address(family)} ", StringComparison.Ordinal));
            Assert.Contains(hops, l => l.StartsWith(" 3: ", StringComparison.Ordinal) && l.Contains("reached", StringComparison.Ordinal));
            await using TcpFlow back = await TcpFlow.Start(far.Station, lab[0], family, 4 << 20);
            await back.Finish();
        }

        // The router itself counts what tracepath had expire as errors.
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[0]));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(far.Station));
    }

    [Theory]
    [InlineData(nameof(PortKind.Tap))]
    [InlineData(nameof(PortKind.Tun))]
    public async Task DefaultRoute_LeadsToAllElse(string router)
    {
        await using SwitchLab lab = await Start(
            nameof(PortKind.Tap), router, new IpPrefix(IPAddress.Any, 0), new IpPrefix(IPAddress.IPv6Any, 0));
        using FarNetwork far = await FarNetwork.Make(lab, Router);
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-W", "10", far.Station.Address(family).ToString());
            string nowhere = family == AddressFamily.InterNetwork ? "10.77.0.1" : "fd00:77::1";
            await lab.Succeed(Router, Programs.Ip, "route", "add", "unreachable", nowhere);
            LabProcess ping = await lab.Run(0, Programs.Ping, "-n", "-c", "1", "-W", "10", nowhere);
            Assert.Contains($"From {lab[Router].Address(family)} ", ping.Text, StringComparison.Ordinal); // the router of Linux has no way, the switch had one
        }
    }

    [Fact]
    public async Task RouteTakenAway_IsUnreachableAtOnce()
    {
        await using SwitchLab lab = await Start(nameof(PortKind.Tap), nameof(PortKind.Tun), FarNetwork.IPv4, FarNetwork.IPv6);
        using FarNetwork far = await FarNetwork.Make(lab, Router);
        await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-W", "10", far.Station.IPv4.ToString());
        Assert.True(lab.Switch.RemoveRoute(FarNetwork.IPv4));
        LabProcess ping = await lab.Run(0, Programs.Ping, "-n", "-c", "1", "-W", "10", far.Station.IPv4.ToString());
        Assert.Contains("Destination Net Unreachable", ping.Text, StringComparison.Ordinal);
    }

    private static Task<SwitchLab> Start(string station, string router, IpPrefix four, IpPrefix six) => RoutedLab.Start(
        [Enum.Parse<PortKind>(station), Enum.Parse<PortKind>(router)],
        configure: made =>
        {
            made.AddRoute(four, IPAddress.Parse("10.88.2.1"));
            made.AddRoute(six, IPAddress.Parse("fd00:88:2::1"));
        });
}
