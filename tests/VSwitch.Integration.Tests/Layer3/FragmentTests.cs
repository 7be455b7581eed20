using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>IPv4 without "don't fragment" across a smaller MTU: the switch cuts, as a router does.</summary>
[Collection(Collections.Heavy)]
public class FragmentTests
{
    private static readonly int[] s_mtus = [9000, 1400];

    [Theory]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tun), true)]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tap), true)]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tap), true)]
    [InlineData(nameof(PortKind.Tun), nameof(PortKind.Tun), true)]
    [InlineData(nameof(PortKind.Tap), nameof(PortKind.Tun), false)]
    public async Task Ping_LongerThanTheMtu_ArrivesInPieces(string first, string second, bool isRouted)
    {
        PortKind[] kinds = [Enum.Parse<PortKind>(first), Enum.Parse<PortKind>(second)];
        PortSpec Shape(int i, PortSpec spec) => spec with { Kind = kinds[i], Mtu = s_mtus[i] };
        await using SwitchLab lab = isRouted ? await RoutedLab.Start(kinds, Shape) : new SwitchLab(2, Shape);
        using PacketSocket? seen = kinds[1] == PortKind.Tap ? lab[1].Packets() : null;
        foreach (int octets in new[] { 1373, 3000, 8972 })
        {
            await lab.Succeed(0, Programs.Ping, "-n", "-c", "3", "-i", "0.01", "-W", "10", "-M", "dont", "-s", $"{octets}", lab[1].IPv4.ToString());
        }

        lab.AssertNoKernelErrors();
        while (seen?.TryReceive(0) is { } frame)
        {
            Assert.InRange(frame.Length, 14, s_mtus[1] + 14);
        }
    }
}
