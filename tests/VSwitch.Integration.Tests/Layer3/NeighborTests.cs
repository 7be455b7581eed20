using VSwitch.Identifiers;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>What others find out about a TUN: the MAC address of its port, and that it is there.</summary>
[Collection(Collections.Heavy)]
public class NeighborTests
{
    [Fact]
    public async Task Arping_OfTunAndGateway_SeesTheirMacAddresses()
    {
        await using SwitchLab lab = Make();
        foreach ((string address, MacAddress mac) in new[] { ($"{lab[1].IPv4}", lab[1].Mac), ("10.88.0.254", lab.Switch.HardwareAddress) })
        {
            IReadOnlyList<string> output = await lab.Succeed(0, Programs.Arping, "-c", "2", "-w", "10", "-I", lab[0].Interface, address);
            Assert.Contains(output, l => l.Contains(mac.ToString(), StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Ndisc6_OfTunAndGateway_SeesTheirMacAddresses()
    {
        await using SwitchLab lab = Make();
        (string Address, MacAddress Mac)[] peers =
            [($"{lab[1].IPv6}", lab[1].Mac), (lab[1].LinkLocalAddress(), lab[1].Mac), ("fd00:88::fe", lab.Switch.HardwareAddress)];
        foreach ((string address, MacAddress mac) in peers)
        {
            IReadOnlyList<string> output = await lab.Succeed(0, Programs.Ndisc6, "-1", "-w", "5000", address, lab[0].Interface);
            Assert.Contains(output, l => l.Contains(mac.ToString(), StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task NeighborsOfTheKernel_AfterAPing_AreReachable()
    {
        await using SwitchLab lab = Make();
        string[] peers = [$"{lab[1].IPv4}", $"{lab[1].IPv6}", lab[1].LinkLocalAddress(), "10.88.0.254", "fd00:88::fe"];
        foreach (string peer in peers)
        {
            string zone = peer.StartsWith("fe80", StringComparison.Ordinal) ? $"%{lab[0].Interface}" : "";
            await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-W", "10", $"{peer}{zone}");
        }

        foreach (string peer in peers)
        {
            string state = Assert.Single(await lab.Succeed(0, Programs.Ip, "neighbor", "show", peer, "dev", lab[0].Interface));
            string mac = peer is "10.88.0.254" or "fd00:88::fe" ? lab.Switch.HardwareAddress.ToString() : lab[1].Mac.ToString();
            Assert.Contains(mac, state, StringComparison.OrdinalIgnoreCase);
            Assert.Matches("REACHABLE|DELAY|PROBE", state); // the latter two: it is about to ask again, unicast
        }
    }

    [Fact]
    public async Task NeighborsOfTheKernel_ThatAreOld_AreConfirmedByTheSwitch()
    {
        await using SwitchLab lab = Make();
        string[] peers = [$"{lab[1].IPv4}", $"{lab[1].IPv6}", "10.88.0.254", "fd00:88::fe"];
        foreach (string peer in peers)
        {
            await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-W", "10", peer);
            await lab.Succeed(0, Programs.Ip, "neighbor", "change", peer, "dev", lab[0].Interface, "nud", "probe");
        }

        foreach (string peer in peers)
        {
            await Bounded.Until(
                async () => (await lab.Succeed(0, Programs.Ip, "neighbor", "show", peer, "dev", lab[0].Interface)).Any(l => l.Contains("REACHABLE", StringComparison.Ordinal)),
                $"{peer} is confirmed");
        }
    }

    private static SwitchLab Make() => new(
        2,
        (i, spec) => i == 1 ? spec with { Kind = Tool.Ports.PortKind.Tun } : spec,
        configure: s =>
        {
            s.AddGateway(IpPrefix.Parse("10.88.0.254/24", null));
            s.AddGateway(IpPrefix.Parse("fd00:88::fe/64", null));
        });
}
