using VSwitch.Devices.Tap;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Links;

/// <summary>The link of C goes down and up, or changes, while A talks to B at full speed and D floods C.</summary>
[Collection(Collections.Heavy)]
public class FlapTests
{
    private const int C = 2;
    private const int D = 3; // sends to C, as fast as it can

    [Fact]
    [Trait("Fault", "49")]
    public async Task AdminDown_UnderLoad_PortIsDownAndUpAgain()
    {
        await using SwitchLab lab = new(4);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = new(lab[D], lab[C]);
        await lab.Reach(0, C);
        SwitchPort port = lab.Port(C);
        for (int round = 0; round < 5; round++)
        {
            lab[C].SetTapUp(false);
            await Bounded.Until(() => !lab.IsUp(C));
            await Bounded.Until(() => lab.Switch.GetStations().All(s => s.Port != port.Id));
            await flow.Progress();
            lab[C].SetTapUp(true);
            await Bounded.Until(() => lab.IsUp(C));
            await lab.Reach(0, C);
            await flow.Progress();
        }

        Assert.Same(port, lab.Port(C));
        Assert.Empty(lab.Log.Lines);
        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "49")]
    public async Task Carrier_OffAndOnUnderLoad_PortFollows()
    {
        await using SwitchLab lab = new(4);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = new(lab[D], lab[C]);
        await lab.Reach(0, C);
        L2Dev device = (L2Dev)lab.Port(C).Device;
        for (int round = 0; round < 5; round++)
        {
            device.SetCarrier(false);
            await Bounded.Until(() => !lab.IsUp(C));
            await flow.Progress();
            device.SetCarrier(true);
            await Bounded.Until(() => lab.IsUp(C));
            await lab.Reach(0, C);
        }

        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "3")]
    [Trait("Fault", "51")]
    public async Task Mtu_SmallAndLargeUnderLoad_PortStays()
    {
        await using SwitchLab lab = new(4);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await using TcpFlow toC = await TcpFlow.Start(lab[1], lab[C]);
        using FrameStream stream = new(lab[D], lab[C]);
        await toC.Progress();
        SwitchPort port = lab.Port(C);
        for (int round = 0; round < 5; round++)
        {
            long oversize = port.Counters.Drops(DropReason.Oversize);
            lab[C].SetTapMtu(68);
            await Bounded.Until(() => port.Device.Mtu == 68);
            await Bounded.Until(() => port.Counters.Drops(DropReason.Oversize) > oversize);
            await flow.Progress();
            lab[C].SetTapMtu(9000);
            await Bounded.Until(() => port.Device.Mtu == 9000);
            await flow.Progress();
        }

        await toC.Progress();
        Assert.Same(port, lab.Port(C));
        Assert.True(lab.IsUp(C));
        Assert.Empty(lab.Log.Lines);
        await toC.Stop();
        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "52")]
    public async Task Rename_UnderLoad_GoesOn()
    {
        await using SwitchLab lab = new(3);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await using TcpFlow toC = await TcpFlow.Start(lab[0], lab[C]);
        SwitchPort port = lab.Port(C);
        string now = LabStation.Tap;
        foreach (string name in new[] { "renamed", "again", LabStation.Tap })
        {
            lab[C].Namespace.Do(route => route.Rename(route.GetLink(now), name));
            now = name;
            await Bounded.Until(() => port.Device.Name == now);
            await toC.Progress();
            await flow.Progress();
        }

        Assert.Same(port, lab.Port(C));
        await toC.Stop();
        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "52")]
    public async Task MovedToAnotherNamespace_UnderLoad_GoesOn()
    {
        await using SwitchLab lab = new(4);
        using TestNamespace other = new();
        LabStation.Prepare(other);
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = new(lab[D], lab[C]);
        SwitchPort port = lab.Port(C);
        L2Dev device = (L2Dev)port.Device;
        device.MoveToNamespace(other.Name);
        device.SetIPv4(lab[C].Spec.Addresses[0]);
        Assert.False(lab[C].HasTap);
        Assert.NotNull(other.TryLink(LabStation.Tap));
        await lab.Reach(0, C);
        await flow.Progress();

        // Its namespace is the new one now: the port falls and rises with the link in there.
        other.Do(route => route.SetUp(route.GetLink(LabStation.Tap), false));
        await Bounded.Until(() => !lab.IsUp(C));
        other.Do(route => route.SetUp(route.GetLink(LabStation.Tap), true));
        await Bounded.Until(() => lab.IsUp(C));
        await lab.Reach(0, C);
        Assert.Same(port, lab.Port(C));
        await flow.Stop();
    }
}
