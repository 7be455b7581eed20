using System.Net.Sockets;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>The TUN of C goes, comes or changes while A at a TAP talks to B at a TUN at full speed, and D sends packets to C.</summary>
/// <remarks>The lab asserts at its end that every frame is accounted for.</remarks>
[Collection(Collections.Heavy)]
public class TunFlapTests
{
    private const int C = 2;
    private const int D = 3; // sends to C, as fast as it can

    [Fact]
    [Trait("Fault", "47")]
    public async Task DeletedTun_UnderLoad_ComesBackWithItsMacAddress()
    {
        await using SwitchLab lab = Make();
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream stream = ToC(lab);
        await ReachC(lab);
        MacAddress? mac = lab.Port(C).HardwareAddress;
        for (int round = 1; round <= 3; round++)
        {
            lab[C].DeleteTap();
            await Bounded.Until(() => lab.Log.TimesLost(lab[C].Port) == round, "the port is reported lost");
            await flow.Progress();
            await Bounded.Until(() => lab.Log.TimesBack(lab[C].Port) == round, "the port is reported back");
            await ReachC(lab);
            Assert.Equal(mac, lab.Port(C).HardwareAddress);
        }

        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "48")]
    public async Task DeletedNamespace_UnderLoad_TunComesBackWithIt()
    {
        await using SwitchLab lab = Make();
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], AddressFamily.InterNetworkV6);
        using FrameStream stream = ToC(lab);
        await ReachC(lab);
        MacAddress? mac = lab.Port(C).HardwareAddress;
        lab[C].DeleteNamespace();
        await Bounded.Until(() => lab.Log.TimesLost(lab[C].Port) == 1, "the port is reported lost");
        await flow.Progress(16 << 20);
        lab[C].RemakeNamespace();
        await Bounded.Until(() => lab.Log.TimesBack(lab[C].Port) == 1, "the port is reported back");
        await ReachC(lab);
        Assert.Equal(mac, lab.Port(C).HardwareAddress);
        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "49")]
    public async Task AdminDown_UnderLoad_PortIsDownAndUpAgain()
    {
        await using SwitchLab lab = Make();
        await using TcpFlow flow = await TcpFlow.Start(lab[1], lab[0]);
        using FrameStream stream = ToC(lab);
        await ReachC(lab);
        SwitchPort port = lab.Port(C);
        for (int round = 0; round < 3; round++)
        {
            lab[C].SetTapUp(false);
            await Bounded.Until(() => !lab.IsUp(C));
            await flow.Progress();
            lab[C].SetTapUp(true);
            await Bounded.Until(() => lab.IsUp(C));
            await ReachC(lab);
        }

        Assert.Same(port, lab.Port(C));
        Assert.Empty(lab.Log.Lines);
        await flow.Stop();
    }

    [Fact]
    [Trait("Fault", "51")]
    public async Task Mtu_SmallAndLargeUnderLoad_SendersFollow()
    {
        await using SwitchLab lab = Make();
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await using TcpFlow toC = await TcpFlow.Start(lab[0], lab[C]);
        await toC.Progress();
        SwitchPort port = lab.Port(C);
        lab[C].SetTapMtu(1280); // the smallest for IPv6
        await Bounded.Until(() => port.Device.Mtu == 1280);
        await toC.Progress();
        await flow.Progress();
        Assert.True(lab.Counters(0).Drops(DropReason.PacketTooBig) > 0, "the sender was told");
        lab[C].SetTapMtu(9000);
        await Bounded.Until(() => port.Device.Mtu == 9000);
        await toC.Progress();
        await flow.Progress();
        Assert.Same(port, lab.Port(C));
        await toC.Stop();
        await flow.Stop();
    }

    private static SwitchLab Make() => new(4, (i, spec) => spec with { Kind = i is 1 or C ? PortKind.Tun : PortKind.Tap });

    private static FrameStream ToC(SwitchLab lab) =>
        new(lab[D], new FrameBuilder().From(lab[D].Mac).To(lab[C].Mac).Udp($"{lab[D].IPv4}", $"{lab[C].IPv4}", 1000).Build());

    // From a TAP and from a TUN.
    private static async Task ReachC(SwitchLab lab)
    {
        await lab.Reach(0, C);
        await lab.Reach(1, C, AddressFamily.InterNetworkV6);
    }
}
