using System.Net.Sockets;
using VSwitch.Frames;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Streams of real TCP through tags and untagging, super-frames included.</summary>
[Collection(Collections.Heavy)]
public class VlanStreamTests
{
    private const long Octets = 16L << 20;
    private const int Mtu = 1500;

    [Theory]
    [InlineData(true, AddressFamily.InterNetwork)]
    [InlineData(false, AddressFamily.InterNetwork)]
    [InlineData(true, AddressFamily.InterNetworkV6)]
    public async Task Stream_BetweenAccessPorts_IsHeardInNoOtherVlan(bool receiverOffload, AddressFamily family)
    {
        await using SwitchLab lab = new(
            3, (i, spec) => spec with { Offload = i != 1 || receiverOffload }, plug: i => With(Access((ushort)(i < 2 ? 10 : 20))));
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], family, Octets);
        Assert.Equal(Octets, await flow.Finish());
        Assert.True(ReceivedLength(lab.Port(0)) > 2 * Mtu, $"{ReceivedLength(lab.Port(0))} octets a frame came in");
        Assert.True(receiverOffload ? SentLength(lab.Port(1)) > 2 * Mtu : SentLength(lab.Port(1)) <= Mtu + 14);
        Assert.Equal(0, lab.Counters(2).SentFrames);
        lab.AssertNoKernelErrors();
    }

    [Fact]
    [Trait("Fault", "34")]
    public async Task TrunkStation_SpeaksInTags_AccessStationsWithout()
    {
        await using SwitchLab lab = new(3, plug: i => With(i == 0 ? Trunk("10+20") : Access((ushort)(10 * i))));
        using PacketSocket trunk = lab[0].Packets();
        using PacketSocket ten = lab[1].Packets();
        using PacketSocket twenty = lab[2].Packets();
        for (int i = 1; i <= 2; i++)
        {
            PacketSocket mine = i == 1 ? ten : twenty;
            byte[] down = Broadcast(lab[0], i).Build();
            trunk.Send(Broadcast(lab[0], i).Vlan(10 * i, priority: 5).Build());
            mine.ReceiveUntil(f => Is(f, down), "the trunk's broadcast, without its tag");
            mine.Send(Numbered(lab[i].Mac, lab[0].Mac, i).Build());
            byte[] up = Numbered(lab[i].Mac, lab[0].Mac, i).Vlan(10 * i).Build();
            trunk.ReceiveUntil(f => Is(f, up), "the answer, with a tag");
        }

        trunk.Send(Broadcast(lab[0], 3).Vlan(30).Build());
        trunk.Send(Broadcast(lab[0], 4).Build());
        await Bounded.Until(() => lab.Counters(0).Drops(DropReason.NotMember) == 1 && lab.Counters(0).Drops(DropReason.FrameTypeNotAccepted) >= 1);
        Assert.Equal(2, lab.Counters(1).SentFrames + lab.Counters(2).SentFrames);
    }

    /// <summary>Two switches in memory, or with a real trunk: two TAPs that a bridge of the kernel joins, so that tagged super-frames go through the kernel.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Stream_OverATrunkBetweenTwoSwitches_ArrivesAsSent(bool isRealTrunk, bool receiverOffload)
    {
        await using SwitchLab lab = new(2, (i, spec) => spec with { Offload = i == 0 || receiverOffload }, plug: _ => With(Access(10)));
        using KernelBridge bridge = await KernelBridge.Make();
        await using FarSwitch far = new();
        await far.Take(lab, 1, Access(10));
        if (isRealTrunk)
        {
            await bridge.Plug(lab.Host, "near", Trunk("10"));
            await bridge.Plug(far.Host, "far", Trunk("10"));
            await bridge.Join("near");
            await bridge.Join("far");
        }
        else
        {
            far.Connect(lab, "near", Trunk("10"), Trunk("10"));
        }

        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], limit: Octets);
        Assert.Equal(Octets, await flow.Finish());
        SwitchPort into = lab.Switch.FindPort("near")!;
        SwitchPort outOf = far.Port(isRealTrunk ? "far" : "near");
        Assert.True(SentLength(into) > 2 * Mtu && ReceivedLength(outOf) > 2 * Mtu, $"{SentLength(into)} and {ReceivedLength(outOf)} octets a frame on the trunk");
        Assert.Equal(0, into.Counters.Drops(DropReason.Oversize) + outOf.Counters.Drops(DropReason.BadOffload));
        lab.AssertNoKernelErrors();
    }
}
