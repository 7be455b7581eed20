using System.Net;
using VSwitch.Identifiers;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>Routers of FRRouting at a TAP and at a TUN: they find each other through the switch, and use it as next hop.</summary>
[Collection(Collections.Heavy)]
public class FrrTests
{
    [Fact]
    public async Task Ospf_BetweenTwoRouters_BringsTheirNetworksTogether()
    {
        // A packet from a TUN does not say its next hop: the switch needs routes of its own to what is behind the routers.
        await using SwitchLab lab = Pair(made =>
        {
            made.AddRoute(Network(0), IPAddress.Parse("10.88.0.1"));
            made.AddRoute(Network(1), IPAddress.Parse("10.88.0.2"));
        });
        await GiveNetworks(lab);
        using FrrRouter first = await FrrRouter.Start(lab[0], "ospfd", Ospf(lab, 0));
        using FrrRouter other = await FrrRouter.Start(lab[1], "ospfd", Ospf(lab, 1));
        await HasRoute(lab, 0, "10.77.2.1", "ospf", first);
        await HasRoute(lab, 1, "10.77.1.1", "ospf", other);
        await PingEndToEnd(lab, "10.77.1.1", "10.77.2.1");
    }

    [Fact]
    public async Task Ospf6_BetweenTwoRouters_BringsTheirNetworksTogether()
    {
        await using SwitchLab lab = Pair(made =>
        {
            made.AddRoute(Network6(0), IPAddress.Parse("fd00:88::1"));
            made.AddRoute(Network6(1), IPAddress.Parse("fd00:88::2"));
        });
        await GiveNetworks(lab);
        using FrrRouter first = await FrrRouter.Start(lab[0], "ospf6d", Ospf6(lab, 0));
        using FrrRouter other = await FrrRouter.Start(lab[1], "ospf6d", Ospf6(lab, 1));
        await HasRoute(lab, 0, "fd00:77:2::1", "ospf", first);
        await HasRoute(lab, 1, "fd00:77:1::1", "ospf", other);
        await PingEndToEnd(lab, "fd00:77:1::1", "fd00:77:2::1");
    }

    [Theory]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tun))]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tap))]
    public async Task StaticRoutes_ViaTheGateway_LeadToTheOtherRouter(string first, string second)
    {
        await using SwitchLab lab = await RoutedLab.Start(
            [Enum.Parse<PortKind>(first), Enum.Parse<PortKind>(second)],
            configure: made =>
            {
                for (int i = 0; i < 2; i++)
                {
                    made.AddRoute(Network(i), IPAddress.Parse($"10.88.{i + 1}.1"));
                    made.AddRoute(Network6(i), IPAddress.Parse($"fd00:88:{i + 1}::1"));
                }
            });
        await GiveNetworks(lab);
        using FrrRouter a = await FrrRouter.Start(lab[0], "staticd", "ip route 10.77.2.0/24 10.88.1.254\nipv6 route fd00:77:2::/64 fd00:88:1::fe\n");
        using FrrRouter b = await FrrRouter.Start(lab[1], "staticd", "ip route 10.77.1.0/24 10.88.2.254\nipv6 route fd00:77:1::/64 fd00:88:2::fe\n");
        await HasRoute(lab, 0, "10.77.2.0/24", "(static|196)", a);
        await HasRoute(lab, 1, "10.77.1.0/24", "(static|196)", b);
        await HasRoute(lab, 0, "fd00:77:2::/64", "(static|196)", a);
        await HasRoute(lab, 1, "fd00:77:1::/64", "(static|196)", b);
        await PingEndToEnd(lab, "10.77.1.1", "10.77.2.1");
        await PingEndToEnd(lab, "fd00:77:1::1", "fd00:77:2::1");
    }

    private static IpPrefix Network(int router) => IpPrefix.Parse($"10.77.{router + 1}.0/24", null);

    private static IpPrefix Network6(int router) => IpPrefix.Parse($"fd00:77:{router + 1}::/64", null);

    private static SwitchLab Pair(Action<VirtualSwitch> configure) =>
        new(2, (i, spec) => spec with { Kind = i == 0 ? PortKind.Tap : PortKind.Tun }, configure: configure);

    // Behind each router, at its loopback interface, is a network of its own.
    private static async Task GiveNetworks(SwitchLab lab)
    {
        for (int i = 0; i < 2; i++)
        {
            await lab.Succeed(i, Programs.Ip, "link", "set", "lo", "up");
            await lab.Succeed(i, Programs.Ip, "address", "add", $"10.77.{i + 1}.1/24", "dev", "lo");
            await lab.Succeed(i, Programs.Ip, "address", "add", $"fd00:77:{i + 1}::1/128", "dev", "lo");
        }
    }

    private static string Ospf(SwitchLab lab, int router) => $"""
        interface {lab[router].Interface}
         ip ospf network point-to-point
         ip ospf hello-interval 1
         ip ospf dead-interval 4
         ip ospf area 0
        interface lo
         ip ospf area 0
         ip ospf passive
        router ospf
         ospf router-id 10.77.{router + 1}.1

        """;

    private static string Ospf6(SwitchLab lab, int router) => $"""
        interface {lab[router].Interface}
         ipv6 ospf6 network point-to-point
         ipv6 ospf6 hello-interval 1
         ipv6 ospf6 dead-interval 4
         ipv6 ospf6 area 0
        interface lo
         ipv6 ospf6 area 0
         ipv6 ospf6 passive
        router ospf6
         ospf6 router-id 10.77.{router + 1}.1

        """;

    private static Task HasRoute(SwitchLab lab, int station, string network, string origin, FrrRouter router) => Bounded.Until(
        async () => (await lab.Succeed(station, Programs.Ip, network.Contains(':', StringComparison.Ordinal) ? "-6" : "-4", "route", "show", network))
            .Any(l => System.Text.RegularExpressions.Regex.IsMatch(l, $"proto {origin} ")),
        $"{network} is known at {station}: {router.Text}");

    private static async Task PingEndToEnd(SwitchLab lab, string first, string second)
    {
        await lab.Succeed(0, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", "-I", first, second);
        await lab.Succeed(1, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", "-I", second, first);
    }
}
