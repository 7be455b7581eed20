using VSwitch.Identifiers;
using VSwitch.Policies;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Who watches sees every octet of a conversation, and disturbs none.</summary>
[Collection(Collections.Heavy)]
public class MirrorTests
{
    private const long Octets = 8L << 20;
    private const int Watcher = 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Span_ShowsBothDirections(bool watcherOffload)
    {
        MirrorSession session = new() { Ports = ["p0"], ToPort = "p2" };
        await using SwitchLab lab = new(
            3, (i, spec) => spec with { Offload = i != Watcher || watcherOffload }, new SwitchOptions { Bridge = new BridgePolicy { Mirrors = [session] } });
        await Watch(lab, isWhole: watcherOffload);
        Assert.Equal(0, lab.Counters(Watcher).TotalDrops());
    }

    /// <summary>The watcher is at another switch; the copies travel in a VLAN of their own, in which nothing is learned.</summary>
    [Fact]
    public async Task Rspan_ShowsBothDirections_AtAnotherSwitch()
    {
        const ushort Vlan = 99;
        MirrorSession session = new() { Ports = ["p0"], ToVlan = new VlanId(Vlan) };
        await using SwitchLab lab = new(3, options: new SwitchOptions { Bridge = new BridgePolicy { Mirrors = [session] } }, plug: i => With(Access(10)));
        await using FarSwitch far = new();
        await far.Take(lab, Watcher, Access(Vlan));
        far.Connect(lab, "trunk", Trunk("99"), Trunk("99") with { Learns = false });
        await Watch(lab, isWhole: true);
        Assert.DoesNotContain(far.Switch.GetStations(), s => s.Mac == lab[0].Mac || s.Mac == lab[1].Mac);
        Assert.DoesNotContain(lab.Switch.GetStations(), s => s.Vlan == new VlanId(Vlan) && (s.Mac == lab[0].Mac || s.Mac == lab[1].Mac));
    }

    private static async Task Watch(SwitchLab lab, bool isWhole)
    {
        using PacketSocket watching = lab[Watcher].Packets();
        StreamSight there = new(lab[0]);
        StreamSight back = new(lab[1]);
        await using TcpFlow first = await TcpFlow.Start(lab[0], lab[1], limit: Octets);
        await using TcpFlow second = await TcpFlow.Start(lab[1], lab[0], limit: Octets);
        await Bounded.Until(() => See(watching, there, back) && there.Length == Octets && back.Length == Octets, "every octet is seen");
        Assert.Equal(Octets, await first.Finish());
        Assert.Equal(Octets, await second.Finish());
        Assert.Equal(isWhole, there.SuperFrames > 0);
        Assert.Equal(isWhole, back.SuperFrames > 0);
        lab.AssertNoKernelErrors();
    }

    private static bool See(PacketSocket watching, StreamSight there, StreamSight back)
    {
        while (watching.TryReceive(0) is { } frame)
        {
            there.See(frame);
            back.See(frame);
        }

        return true;
    }
}
