using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Open vSwitch does what its manual says, and where that says nothing what is written here: what the list of known differences rests on.</summary>
[Collection(Collections.Heavy)]
public class OvsTests
{
    private const EtherType S = EtherType.ServiceVlan;
    private const string Nothing = "";

    private static readonly OvsPort s_access = new() { VlanMode = "access", Tag = 10 };
    private static readonly OvsPort s_trunk = new() { VlanMode = "trunk", Trunks = [10, 20, 100] };
    private static readonly OvsPort s_native = new() { VlanMode = "native-untagged", Tag = 10, Trunks = [20] };
    private static readonly OvsPort s_nativeTagged = new() { VlanMode = "native-tagged", Tag = 10, Trunks = [20] };
    private static readonly OvsPort s_tunnel = new() { VlanMode = "dot1q-tunnel", Tag = 100, QinqEthType = "802.1q" };

    [Fact]
    public async Task Vlans_OfAllKinds_AreKeptApart()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, s_native, s_nativeTagged);

        // untagged
        Check(0, Frame(), Nothing, "8100:10", "-", "8100:10");
        Check(1, Frame(), Nothing, Nothing, Nothing, Nothing);
        Check(2, Frame(), "-", "8100:10", Nothing, "8100:10");
        Check(3, Frame(), "-", "8100:10", "-", Nothing);

        // of a VLAN that all know
        Check(0, Frame().Vlan(10), Nothing, Nothing, Nothing, Nothing);
        Check(1, Frame().Vlan(10, 5), "-", Nothing, "-", "8100:10.5");
        Check(2, Frame().Vlan(10, 5), "-", "8100:10.5", Nothing, "8100:10.5");
        Check(3, Frame().Vlan(10, 5), "-", "8100:10.5", "-", Nothing);

        // of one that trunks know, and of one that nobody knows
        Check(0, Frame().Vlan(20), Nothing, Nothing, Nothing, Nothing);
        Check(1, Frame().Vlan(20), Nothing, Nothing, "8100:20", "8100:20");
        Check(2, Frame().Vlan(30), Nothing, Nothing, Nothing, Nothing);
        Check(1, Frame().Vlan(4095), Nothing, Nothing, Nothing, Nothing);

        void Check(int port, FrameBuilder frame, params string[] expected) => Assert.Equal(expected, Tags.Of(ovs.Exchange(port, frame.Build())));
    }

    [Fact]
    public async Task PriorityTag_IsTakenOff_AndItsPriorityKept()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, s_native, s_nativeTagged);
        byte[] frame = Frame().Vlan(0, 3).Build();
        Assert.Equal([Nothing, "8100:10.3", "-", "8100:10.3"], Tags.Of(ovs.Exchange(0, frame)));
        Assert.Equal([Nothing, Nothing, Nothing, Nothing], Tags.Of(ovs.Exchange(1, frame)));
        Assert.Equal(["-", "8100:10.3", Nothing, "8100:10.3"], Tags.Of(ovs.Exchange(2, frame)));
        Assert.Equal(["-", "8100:10.3", "-", Nothing], Tags.Of(ovs.Exchange(3, frame)));

        // When it is asked to, it leaves the priority in a tag of VID 0.
        await ovs.Configure([s_access with { PriorityTags = "if-nonzero" }, s_trunk, s_native with { PriorityTags = "if-nonzero" }, s_nativeTagged]);
        Assert.Equal(["8100:0.3", "8100:10.3", "8100:0.3", Nothing], Tags.Of(ovs.Exchange(3, frame)));
    }

    [Fact]
    public async Task TagProtocol_OfATagThatStays_Stays()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, s_native);
        Assert.Equal([Nothing, Nothing, "88a8:20"], Tags.Of(ovs.Exchange(1, Frame().Vlan(20, tpid: S).Build())));
        Assert.Equal(["-", Nothing, "-"], Tags.Of(ovs.Exchange(1, Frame().Vlan(10, tpid: S).Build())));
        Assert.Equal([Nothing, Nothing, Nothing], Tags.Of(ovs.Exchange(0, Frame().Vlan(10, tpid: S).Build())));
        Assert.Equal([Nothing, Nothing, "88a8:20 8100:10"], Tags.Of(ovs.Exchange(1, Frame().Vlan(20, tpid: S).Vlan(10).Build())));
    }

    [Fact]
    public async Task Vid4095_IsAVlan_AtPortsThatCarryAll()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(new OvsPort { VlanMode = "native-untagged", Tag = 1 }, new OvsPort());
        Assert.Equal([Nothing, "8100:4095"], Tags.Of(ovs.Exchange(0, Frame().Vlan(4095).Build())));
    }

    [Fact]
    public async Task Dei_OfATagThatIsMadeAnew_IsLost()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, s_trunk);
        Assert.Equal([Nothing, "8100:10.5", "8100:10.5"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0x1000, 5).Build())));
        Assert.Equal([Nothing, Nothing, "8100:20.5d"], Tags.Of(ovs.Exchange(1, Frame().Vlan(0x1000 + 20, 5).Build())));
    }

    [Fact]
    public async Task Tunnel_WithUpToOneTagInside_CarriesAll()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_tunnel, s_tunnel with { QinqEthType = null }, s_trunk);
        Assert.Equal([Nothing, "-", "8100:100"], Tags.Of(ovs.Exchange(0, Frame().Build())));
        Assert.Equal(["-", Nothing, "88a8:100"], Tags.Of(ovs.Exchange(1, Frame().Build())));
        Assert.Equal([Nothing, "8100:30.5d", "8100:100 8100:30.5d"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0x1000 + 30, 5).Build())));
        Assert.Equal([Nothing, "8100:0.3", "8100:100 8100:0.3"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0, 3).Build())));
        Assert.Equal([Nothing, "8100:4095", "8100:100 8100:4095"], Tags.Of(ovs.Exchange(0, Frame().Vlan(4095).Build())));
        Assert.Equal(["8100:30.2", "8100:30.2", Nothing], Tags.Of(ovs.Exchange(2, Frame().Vlan(100, 1).Vlan(30, 2).Build())));
        Assert.Equal(["-", "-", Nothing], Tags.Of(ovs.Exchange(2, Frame().Vlan(100, tpid: S).Build())));
    }

    [Fact]
    public async Task Tunnel_WithTwoTagsInside_LosesOne()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_tunnel, s_tunnel, s_trunk);
        Assert.Equal([Nothing, "8100:20", "8100:100 8100:20"], Tags.Of(ovs.Exchange(0, Frame().Vlan(20).Vlan(10).Build())));
        Assert.Equal([Nothing, "8100:20 8100:40", "8100:100 8100:20 8100:40"], Tags.Of(ovs.Exchange(0, Frame().Vlan(20).Vlan(30).Vlan(40).Build())));
    }

    [Fact]
    public async Task PriorityTag_IntoATunnel_IsLost_UnlessItHasAPriority()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_tunnel, s_tunnel, s_trunk);
        Assert.Equal([Nothing, "-", "8100:100"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0).Build())));
        Assert.Equal([Nothing, "8100:0.1", "8100:100 8100:0.1"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0, 1).Build())));
    }

    [Fact]
    public async Task PriorityTag_OfAnotherProtocol_LeavesThatToTheNewTag()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk);
        Assert.Equal([Nothing, "88a8:10.3"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0, 3, S).Build())));
    }

    [Fact]
    public async Task InnerTag_DoesNotGoOutByAccessPorts()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, s_native);
        byte[] frame = Frame().To(MacOf(1)).Vlan(10).Vlan(20).Build();
        Assert.Equal([Nothing, Nothing, "8100:20"], Tags.Of(ovs.Exchange(1, frame)));
        ovs.Exchange(0, Frame().From(MacOf(1)).Build());
        Assert.Equal(["-", Nothing, Nothing], Tags.Of(ovs.Exchange(1, frame))); // a station that it knows gets it, without either tag
    }

    [Fact]
    public async Task PriorityTag_InFrontOfAnother_TakesThatAway()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, s_native);
        byte[] frame = Frame().Vlan(0, 2).Vlan(10, 1).Build();
        Assert.Equal([Nothing, "8100:10.2", "-"], Tags.Of(ovs.Exchange(0, frame)));
        Assert.Equal([Nothing, "8100:10.2 8100:10.1", Nothing], Tags.Of(ovs.Exchange(2, frame))); // what has a tag inside doesn't go to access ports
    }

    [Fact]
    public async Task ReservedAddress_WithoutForwardBpdu_IsDropped()
    {
        const string CiscoDiscovery = "01:00:0c:cc:cc:cc";
        const string ExtremeDiscovery = "00:e0:2b:00:00:00";
        string[] reserved = ["01:80:c2:00:00:00", "01:80:c2:00:00:01", "01:80:c2:00:00:0e", "01:80:c2:00:00:0f", CiscoDiscovery, ExtremeDiscovery];
        string[] others = ["01:80:c2:00:00:10", "01:80:c2:00:00:2f", "01:00:5e:00:00:01"];
        await using OvsSwitch standard = await OvsSwitch.Start(new OvsPort(), new OvsPort());
        Assert.All(reserved, to => Assert.Empty(standard.Exchange(0, Frame().To(to).Build())[1]));
        Assert.All(others, to => Assert.Single(standard.Exchange(0, Frame().To(to).Build())[1]));

        await using OvsSwitch forwarding = await OvsSwitch.Start([new OvsPort(), new OvsPort()], ["other_config:forward-bpdu=true"]);
        Assert.All([.. reserved, .. others], to => Assert.Single(forwarding.Exchange(0, Frame().To(to).Build())[1]));
    }

    [Fact]
    public async Task Source_OfAGroupOrZero_IsForwarded()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(new OvsPort(), new OvsPort());
        Assert.Single(ovs.Exchange(0, Frame().From("03:00:00:00:00:01").Build())[1]);
        Assert.Single(ovs.Exchange(0, Frame().From("00:00:00:00:00:00").Build())[1]);
        Assert.DoesNotContain("03:00:00:00:00:01", await ovs.Stations(), StringComparison.Ordinal);
        Assert.Contains("00:00:00:00:00:00", await ovs.Stations(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frame_OfAnyLength_IsLeftAsLong()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(new OvsPort(), new OvsPort());
        foreach (int payloadOctets in new[] { 0, 45, 1504 })
        {
            byte[] frame = Frame().Payload(new byte[payloadOctets]).Build();
            Assert.Equal(frame, Assert.Single(ovs.Exchange(0, frame)[1]));
        }
    }

    [Fact]
    public async Task Stations_AreLearnedPerVlan_MoveAndAreForgotten()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_trunk, s_trunk, s_trunk);
        ovs.Exchange(0, Frame().From(MacOf(1)).Vlan(10).Build());
        Assert.Equal(["8100:10", Nothing, Nothing], Tags.Of(ovs.Exchange(1, Frame().From(MacOf(2)).To(MacOf(1)).Vlan(10).Build())));
        Assert.Equal(["8100:20", Nothing, "8100:20"], Tags.Of(ovs.Exchange(1, Frame().From(MacOf(2)).To(MacOf(1)).Vlan(20).Build())));
        for (int moves = 0; moves < 10; moves++)
        {
            int now = moves % 2 == 0 ? 2 : 0;
            ovs.Exchange(now, Frame().From(MacOf(1)).Vlan(10).Build());
            Assert.Equal([now], Receivers(ovs.Exchange(1, Frame().From(MacOf(2)).To(MacOf(1)).Vlan(10).Build())));
        }

        await ovs.Flush();
        Assert.Equal([0, 2], Receivers(ovs.Exchange(1, Frame().From(MacOf(2)).To(MacOf(1)).Vlan(10).Build())));
        Assert.Contains(MacOf(2).ToString(), await ovs.Stations(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProtectedPorts_DoNotReachEachOther()
    {
        OvsPort isolated = new() { IsProtected = true };
        await using OvsSwitch ovs = await OvsSwitch.Start(isolated, isolated, new OvsPort());
        Assert.Equal([2], Receivers(ovs.Exchange(0, Frame().From(MacOf(1)).Build())));
        Assert.Equal([0, 1], Receivers(ovs.Exchange(2, Frame().From(MacOf(3)).Build())));
        Assert.Equal([], Receivers(ovs.Exchange(1, Frame().From(MacOf(2)).To(MacOf(1)).Build())));
        Assert.Equal([0], Receivers(ovs.Exchange(2, Frame().From(MacOf(3)).To(MacOf(1)).Build())));
    }

    [Fact]
    public async Task Mirror_ToAPort_ShowsWhatCameInAndWhatWentOut()
    {
        OvsPort plain = new() { VlanMode = "access", Tag = 10 };
        await using OvsSwitch ovs = await OvsSwitch.Start(plain, plain, plain, new OvsPort());
        await ovs.Mirror(new OvsMirror { SourcePorts = [0], DestinationPorts = [1], OutputPort = 3 });
        Assert.Equal([Nothing, "-", "-", "8100:10"], Tags.Of(ovs.Exchange(0, Frame().Build()))); // once, though it was selected twice
        Assert.Equal(["-", Nothing, "-", Nothing], Tags.Of(ovs.Exchange(1, Frame().Build())));
        Assert.Equal(["-", "-", Nothing, "8100:10"], Tags.Of(ovs.Exchange(2, Frame().Build())));
        Assert.Equal([Nothing, Nothing, Nothing, Nothing], Tags.Of(ovs.Exchange(3, Frame().Vlan(10).Build()))); // the watcher is not heard
    }

    [Fact]
    public async Task Mirror_ToAVlan_ShowsItOnTheTrunksOfThatVlan()
    {
        OvsPort plain = new() { VlanMode = "access", Tag = 10 };
        await using OvsSwitch ovs = await OvsSwitch.Start(plain, plain, new OvsPort { VlanMode = "trunk", Trunks = [99] }, new OvsPort { VlanMode = "access", Tag = 99 });
        await ovs.Mirror(new OvsMirror { SourcePorts = [0], OutputVlan = 99 });
        Assert.Equal([Nothing, "-", "8100:99", "-"], Tags.Of(ovs.Exchange(0, Frame().Build())));
        Assert.Equal([Nothing, "-", "8100:99.3", "-"], Tags.Of(ovs.Exchange(0, Frame().Vlan(0, 3).Build())));
        Assert.Equal(["-", Nothing, Nothing, Nothing], Tags.Of(ovs.Exchange(1, Frame().Build())));
    }

    /// <summary>The watcher gets the VLAN that a frame is of, with the tag that the watcher's own mode asks for; not what was on the wire.</summary>
    [Fact]
    public async Task Mirror_ShowsWhatWasClassified_NotWhatWasOnTheWire()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk, new OvsPort { VlanMode = "access", Tag = 77 });
        byte[] lldp = Frame().To("01:80:c2:00:00:0e").Build();
        await ovs.Mirror(new OvsMirror { SourcePorts = [0, 1], OutputPort = 2 });
        Assert.Equal("-", Tags.Of(ovs.Exchange(0, Frame().Build()))[2]);
        Assert.Equal("-", Tags.Of(ovs.Exchange(1, Frame().Vlan(20).Build()))[2]);
        Assert.Equal("-", Tags.Of(ovs.Exchange(0, lldp))[2]); // though it is dropped as reserved
        Assert.Equal(Nothing, Tags.Of(ovs.Exchange(1, Frame().Build()))[2]); // a frame of no VLAN is not shown

        await ovs.Configure([s_access, s_trunk, new OvsPort()]);
        Assert.Equal("8100:10", Tags.Of(ovs.Exchange(0, Frame().Build()))[2]);
        Assert.Equal("8100:10.3", Tags.Of(ovs.Exchange(0, Frame().Vlan(0, 3).Build()))[2]);
    }

    [Fact]
    public async Task Trace_SaysWhy()
    {
        await using OvsSwitch ovs = await OvsSwitch.Start(s_access, s_trunk);
        Assert.Contains("dropping VLAN 10 tagged packet", await ovs.Explain(0, Frame().Vlan(10).Build()), StringComparison.Ordinal);
    }

    private static FrameBuilder Frame() => new FrameBuilder().From(MacOf(9)).To(MacAddress.Broadcast);

    private static MacAddress MacOf(int station) => new(0x0200_0000_0B00UL + (ulong)station);

    private static int[] Receivers(IReadOnlyList<byte[]>[] byPort) => [.. Enumerable.Range(0, byPort.Length).Where(p => byPort[p].Count > 0)];
}
