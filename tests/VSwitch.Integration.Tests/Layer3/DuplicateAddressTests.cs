using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>The kernel at a TAP tries its addresses out (RFC 4862, RFC 5227): those behind a TUN are taken, others are free.</summary>
[Collection(Collections.Heavy)]
public class DuplicateAddressTests
{
    [Fact]
    public async Task AddressOfIPv6_BehindATun_IsFoundTaken()
    {
        await using SwitchLab lab = SwitchLab.Between(Ends.TapTun);
        lab[0].SetIPv6("accept_dad", "1");
        lab[0].SetIPv6("dad_transmits", "1");
        string[] tried = [lab[1].IPv6.ToString(), lab[1].LinkLocalAddress(), "fd00:88::99"];
        foreach (string address in tried)
        {
            await lab.Succeed(0, Programs.Ip, "address", "add", $"{address}/128", "dev", lab[0].Interface);
        }

        await Bounded.Until(async () => !(await Addresses(lab)).Any(l => l.Contains(" tentative", StringComparison.Ordinal) && !l.Contains("dadfailed", StringComparison.Ordinal)), "all were tried");
        IReadOnlyList<string> now = await Addresses(lab);
        Assert.Equal([true, true, false], tried.Select(a => now.Single(l => l.Contains($" {a}/128 ", StringComparison.Ordinal)).Contains("dadfailed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TapWithDetection_ComesUp_AndReachesTheTun()
    {
        await using SwitchLab lab = SwitchLab.Between(Ends.TapTun);
        lab[0].SetIPv6("accept_dad", "1");
        lab[0].SetIPv6("dad_transmits", "1");
        lab[0].SetTapUp(false);
        await Bounded.Until(() => !lab.IsUp(0));
        lab[0].SetTapUp(true);
        await Bounded.Until(lab[0].IsUsable, "both addresses passed");
        await lab.Succeed(0, Programs.Ping, "-n", "-c", "1", "-W", "10", lab[1].IPv6.ToString());
        await lab.Succeed(1, Programs.Ping, "-n", "-c", "1", "-W", "10", lab[0].IPv6.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ArpProbe_ForAnAddressOfTheSegment_IsAnswered(bool isTun)
    {
        await using SwitchLab lab = new(3, (i, spec) => i == (isTun ? 1 : 2) ? spec with { Kind = PortKind.Tun } : spec);
        LabProcess taken = await lab.Run(0, Programs.Arping, "-D", "-c", "2", "-w", "10", "-I", lab[0].Interface, lab[1].IPv4.ToString());
        Assert.True(taken.ExitCode == 1, taken.Text); // arping(8): with -D, 1 is a duplicate
        Assert.Contains(lab[1].Mac.ToString(), taken.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ArpProbe_ForAFreeAddress_IsNot()
    {
        await using SwitchLab lab = SwitchLab.Between(Ends.TapTun);
        LabProcess free = await lab.Run(0, Programs.Arping, "-D", "-c", "1", "-w", "1", "-I", lab[0].Interface, "10.88.0.99");
        Assert.True(free.ExitCode == 0, free.Text);
    }

    private static Task<IReadOnlyList<string>> Addresses(SwitchLab lab) => lab.Succeed(0, Programs.Ip, "-6", "-o", "address", "show", "dev", lab[0].Interface);
}
