using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>What the kernel's bridge does with the flags that the switch has, too.</summary>
[Collection(Collections.Heavy)]
public class LinuxBridgeTests
{
    [Fact]
    public async Task Stations_AreLearned_MoveAndAreForgotten()
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort(), new BridgePort(), new BridgePort());
        Assert.Equal([1, 2], Receivers(bridge.Exchange(0, Frame(1).Build())));
        Assert.Equal([0], Receivers(bridge.Exchange(1, Frame(2, 1).Build())));
        bridge.Exchange(2, Frame(1).Build());
        Assert.Equal([2], Receivers(bridge.Exchange(1, Frame(2, 1).Build())));
        Assert.Contains(MacOf(1).ToString(), await bridge.Explain(0, []), StringComparison.Ordinal);
        await bridge.Flush();
        Assert.Equal([0, 2], Receivers(bridge.Exchange(1, Frame(2, 1).Build())));
    }

    [Fact]
    public async Task Isolated_ReachOnlyTheOthers()
    {
        BridgePort isolated = new() { Isolated = true };
        await using LinuxBridge bridge = await LinuxBridge.Start(isolated, isolated, new BridgePort());
        Assert.Equal([2], Receivers(bridge.Exchange(0, Frame(1).Build())));
        Assert.Equal([0, 1], Receivers(bridge.Exchange(2, Frame(3).Build())));
        Assert.Equal([], Receivers(bridge.Exchange(1, Frame(2, 1).Build())));
        Assert.Equal([0], Receivers(bridge.Exchange(2, Frame(3, 1).Build())));
    }

    [Fact]
    public async Task Hairpin_SendsBack_WhatItFloodsAndWhatIsForAStationThere()
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort { Hairpin = true }, new BridgePort());
        Assert.Equal([0, 1], Receivers(bridge.Exchange(0, Frame(1).Build())));
        Assert.Equal([0], Receivers(bridge.Exchange(0, Frame(2, 1).Build())));
        Assert.Equal([0], Receivers(bridge.Exchange(1, Frame(3).Build())));
    }

    [Fact]
    public async Task HairpinOfAnIsolatedPort_SendsNothingBack()
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort { Hairpin = true, Isolated = true }, new BridgePort());
        Assert.Equal([1], Receivers(bridge.Exchange(0, Frame(1).Build())));
        Assert.Equal([], Receivers(bridge.Exchange(0, Frame(2, 1).Build())));
    }

    [Fact]
    public async Task LearningOff_LeavesStationsUnknown_AndThoseThatAreKnownWhereTheyAre()
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort { Learning = false }, new BridgePort(), new BridgePort());
        bridge.Exchange(0, Frame(1).Build());
        Assert.Equal([0, 2], Receivers(bridge.Exchange(1, Frame(2, 1).Build())));
        bridge.Exchange(2, Frame(1).Build());
        bridge.Exchange(0, Frame(1).Build());
        Assert.Equal([2], Receivers(bridge.Exchange(1, Frame(2, 1).Build())));
    }

    [Fact]
    public async Task FloodOff_KeepsUnknownUnicastBack_AndNothingElse()
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort(), new BridgePort { Flood = false }, new BridgePort());
        Assert.Equal([2], Receivers(bridge.Exchange(0, Frame(1, 2).Build())));
        Assert.Equal([1, 2], Receivers(bridge.Exchange(0, Frame(1).Build())));
        Assert.Equal([1, 2], Receivers(bridge.Exchange(0, Frame(1).To("01:00:5e:01:01:01").Build())));
        bridge.Exchange(1, Frame(2).Build());
        Assert.Equal([1], Receivers(bridge.Exchange(0, Frame(1, 2).Build())));
    }

    [Fact]
    public async Task ReservedAddresses_BySpanningTreeOff_AndByMask()
    {
        Assert.Equal(["00", "10", "2f"], await Forwarded(0));
        Assert.Equal(["00", "03", "0e", "10", "2f"], await Forwarded((1 << 0x3) | (1 << 0xE)));

        static async Task<string[]> Forwarded(int mask)
        {
            await using LinuxBridge bridge = await LinuxBridge.Start([new BridgePort(), new BridgePort()], mask);
            return
            [
                .. new[] { "00", "01", "02", "03", "0e", "0f", "10", "2f" }.Where(last =>
                    bridge.Exchange(0, Frame(1).To($"01:80:c2:00:00:{last}").Build())[1].Count == 1),
            ];
        }
    }

    [Theory]
    [InlineData("03:00:00:00:00:01", 0)]
    [InlineData("00:00:00:00:00:00", 0)]
    [InlineData("02:00:00:00:00:01", 1)]
    public async Task Source_ThatIsNoStation_IsDropped(string source, int copies)
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort(), new BridgePort());
        Assert.Equal(copies, bridge.Exchange(0, Frame(1).From(source).Build())[1].Count);
    }

    [Fact]
    public async Task TaggedFrame_GoesThrough_OctetForOctet()
    {
        await using LinuxBridge bridge = await LinuxBridge.Start(new BridgePort(), new BridgePort());
        foreach (FrameBuilder one in new[] { Frame(1).Vlan(5, 3), Frame(1).Vlan(0, 3), Frame(1).Vlan(5, tpid: Wire.EtherType.ServiceVlan).Vlan(7), Frame(1).Payload([]) })
        {
            byte[] frame = one.Build();
            Assert.Equal(frame, Assert.Single(bridge.Exchange(0, frame)[1]));
        }
    }

    private static FrameBuilder Frame(int from, int? to = null) => new FrameBuilder().From(MacOf(from)).To(to is { } station ? MacOf(station) : MacAddress.Broadcast);

    private static MacAddress MacOf(int station) => new(0x0200_0000_0C00UL + (ulong)station);

    private static int[] Receivers(IReadOnlyList<byte[]>[] byPort) => [.. Enumerable.Range(0, byPort.Length).Where(p => byPort[p].Count > 0)];
}
