using VSwitch.Frames;
using VSwitch.Policies;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Two lldpd on ports of the switch, which nobody here wrote: they see each other or not, as the ports' policy says.</summary>
[Collection(Collections.Heavy)]
public class LldpTests
{
    private const int Tries = 3;

    [Fact]
    public async Task Standard_KeepsThemApart()
    {
        await using SwitchLab lab = new(2);
        await SeeNothing(lab);
    }

    [Fact]
    public async Task Drop_KeepsThemApart()
    {
        await using SwitchLab lab = new(2, plug: _ => SubjectPort.With(new PortPolicy { ReservedAddresses = new ReservedAddresses(ReservedAddressAction.Drop) }));
        await SeeNothing(lab);
    }

    [Fact]
    public async Task Pass_LetsThemSeeEachOther()
    {
        await using SwitchLab lab = new(2, plug: _ => SubjectPort.With(new PortPolicy { ReservedAddresses = new ReservedAddresses(ReservedAddressAction.Pass) }));
        await SeeEachOther(lab);
    }

    [Fact]
    public async Task Lldp_AloneIsPassed_LetsThemSeeEachOther()
    {
        Assert.True(ReservedAddresses.TryParseAddress("lldp", out byte last));
        await using SwitchLab lab = new(
            2, plug: _ => SubjectPort.With(new PortPolicy { ReservedAddresses = ReservedAddresses.Standard.With(last, ReservedAddressAction.Pass) }));
        await SeeEachOther(lab);
    }

    private static async Task SeeEachOther(SwitchLab lab)
    {
        using LldpStation first = await LldpStation.Start(lab[0]);
        using LldpStation other = await LldpStation.Start(lab[1]);
        await Bounded.Until(async () => (await first.Neighbors()).Contains(LldpStation.NameOf(lab[1])), "the first hears the other");
        await Bounded.Until(async () => (await other.Neighbors()).Contains(LldpStation.NameOf(lab[0])), "the other hears the first");
        Assert.Equal(0, Dropped(lab, 0) + Dropped(lab, 1));
    }

    // The switch has counted what it dropped of both, several times over: it is not that nothing came.
    private static async Task SeeNothing(SwitchLab lab)
    {
        using LldpStation first = await LldpStation.Start(lab[0]);
        using LldpStation other = await LldpStation.Start(lab[1]);
        await Bounded.Until(() => Dropped(lab, 0) >= Tries && Dropped(lab, 1) >= Tries, $"{Tries} frames of each are dropped");
        foreach (LldpStation station in new[] { first, other })
        {
            Assert.Empty(await station.Neighbors());
            Assert.Equal(0, await station.Received());
            Assert.True(await station.Sent() >= Tries);
        }
    }

    private static long Dropped(SwitchLab lab, int port) => lab.Counters(port).Drops(DropReason.ReservedAddress);
}
