using System.Net.Sockets;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class PingTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Ping_ThreeStations_EveryPairAnswers(AddressFamily family)
    {
        await using SwitchLab lab = new(3);
        foreach ((int from, int to) in new[] { (0, 1), (1, 2), (2, 0) })
        {
            LabProcess ping = await lab.Run(from, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", lab[to].Address(family).ToString());
            Assert.True(ping.ExitCode == 0 && ping.Text.Contains(" 0% packet loss", StringComparison.Ordinal), ping.Text);
        }

        Assert.All(lab.Switch.Ports, p => Assert.Contains(lab.Switch.GetStations(), s => s.Port == p.Id));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 8972, true, true)]
    [InlineData(AddressFamily.InterNetwork, 8972, false, false)]
    [InlineData(AddressFamily.InterNetworkV6, 8952, true, false)]
    public async Task Ping_JumboMtu_WholePacketUnfragmented(AddressFamily family, int payload, bool firstOffload, bool secondOffload)
    {
        const int Mtu = 9000;
        await using SwitchLab lab = new(2, (i, spec) => spec with { Mtu = Mtu, Offload = i == 0 ? firstOffload : secondOffload });
        using PacketSocket seen = lab[1].Packets();
        LabProcess ping = await lab.Run(
            0, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", "-M", "do", "-s", $"{payload}", lab[1].Address(family).ToString());
        Assert.True(ping.ExitCode == 0, ping.Text);
        seen.ReceiveUntil(f => f.Length == Mtu + 14, "a frame as long as the MTU allows");
    }
}
