using System.Net.Sockets;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Links;

/// <summary>The device of C goes while A talks to B at full speed and D floods C.</summary>
[Collection(Collections.Heavy)]
public class LossTests
{
    private const int C = 2;
    private const int D = 3; // sends to C, as fast as it can

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "47")]
    public async Task DeletedTap_UnderLoad_OthersGoOnAndItComesBack(bool offload)
    {
        await using SwitchLab lab = new(4, (_, spec) => spec with { Offload = offload });
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = new(lab[D], lab[C]);
        await lab.Reach(0, C);
        for (int round = 1; round <= 3; round++)
        {
            SwitchPort before = lab.Port(C);
            lab[C].DeleteTap();
            await Bounded.Until(() => lab.Log.TimesLost(lab[C].Port) == round, "the port is reported lost");
            Assert.False(before.IsUp);
            Assert.DoesNotContain(lab.Switch.GetStations(), s => s.Port == before.Id);
            await flow.Progress();
            await Bounded.Until(() => lab.Log.TimesBack(lab[C].Port) == round, "the port is reported back");
            await lab.Reach(0, C);
            await lab.Reach(1, C, AddressFamily.InterNetworkV6);
            await flow.Progress();
        }

        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "47")]
    public async Task DeletedTap_WithTwoQueues_ComesBack()
    {
        await using SwitchLab lab = new(3, (i, spec) => spec with { Queues = i == C ? 2 : 1 });
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await lab.Reach(0, C);
        lab[C].DeleteTap();
        await Bounded.Until(() => lab.Log.TimesBack(lab[C].Port) == 1, "the port is reported back");
        await lab.Reach(0, C);
        await flow.Progress();
        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "48")]
    public async Task DeletedNamespace_UnderLoad_OthersGoOnAndPortComesBackWithIt()
    {
        await using SwitchLab lab = new(4);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = new(lab[D], lab[C]);
        await lab.Reach(0, C);
        for (int round = 1; round <= 2; round++)
        {
            lab[C].DeleteNamespace();
            await Bounded.Until(() => lab.Log.TimesLost(lab[C].Port) == round, "the port is reported lost");
            await flow.Progress(16 << 20);
            Assert.Equal(round - 1, lab.Log.TimesBack(lab[C].Port));

            lab[C].RemakeNamespace();
            await Bounded.Until(() => lab.Log.TimesBack(lab[C].Port) == round, "the port is reported back");
            await lab.Reach(0, C);
            await flow.Progress();
        }

        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "47")]
    public async Task DeletedTap_OfTheSender_SendsAgainWhenBack()
    {
        await using SwitchLab lab = new(3);
        await using TcpFlow toC = await TcpFlow.Start(lab[0], lab[C]);
        await using TcpFlow others = await TcpFlow.Start(lab[1], lab[C]);
        await toC.Progress();
        lab[0].DeleteTap();
        await others.Progress();

        // The same address on a new interface: the same connection, not an octet lost.
        await Bounded.Until(() => lab.Log.TimesBack(lab[0].Port) == 1, "the port is reported back");
        await toC.Progress();
        await toC.Stop();
        await others.Stop();
    }

    [Fact]
    [Trait("Fault", "26")]
    public async Task RemovedPort_UnderLoad_LeavesNothingBehind()
    {
        await using SwitchLab lab = new(4);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = new(lab[D], lab[C]);
        await lab.Reach(0, C);
        SwitchPort before = lab.Port(C);
        Assert.True(await lab.Host.RemovePortAsync(lab[C].Port));
        await Bounded.Until(() => !lab[C].HasTap);
        Assert.DoesNotContain(lab.Switch.GetStations(), s => s.Port == before.Id);
        Assert.False(await lab.Host.RemovePortAsync(lab[C].Port));
        await flow.Progress();
        await stream.Progress();
        await flow.Stop();
        Assert.Equal(0, lab.Switch.GetTotals().Drops(DropReason.DeviceFault));
    }
}
