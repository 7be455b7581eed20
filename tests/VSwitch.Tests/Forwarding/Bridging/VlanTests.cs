using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

public class VlanTests
{
    private static readonly PortVlans s_access10 = PortVlans.Access(Vlan(10));
    private static readonly PortVlans s_access20 = PortVlans.Access(Vlan(20));

    [Fact]
    public void Access_ReachesItsVlanOnly()
    {
        BridgeNet net = new(s_access10, s_access20, s_access10);
        byte[] frame = Broadcast(0).Build();
        net.Expect(0, frame, (2, frame));
        byte[] answer = Frame(2, 0).Build();
        net.Expect(2, answer, (0, answer));
        net.ExpectDrop(1, Broadcast(1).Build(), DropReason.NoEgress);
    }

    [Fact]
    public void Trunk_TagsAndUntags_InPlace()
    {
        BridgeNet net = new(s_access10, PortVlans.Trunk(Set("10+20")), s_access20);
        net.Expect(0, Broadcast(0).Build(), (1, Broadcast(0).Vlan(10).Build()));
        net.Expect(1, Frame(1, 0).Vlan(10).Build(), (0, Frame(1, 0).Build()));
        net.Expect(1, Broadcast(1).Vlan(20).Build(), (2, Broadcast(1).Build()));
    }

    [Fact]
    [Trait("Fault", "34")]
    public void Trunk_UnlistedVlan_OrUntaggedWithoutNative_IsDropped()
    {
        BridgeNet net = new(PortVlans.Trunk(Set("10")), s_access10);
        net.ExpectDrop(0, Broadcast(0).Vlan(20).Build(), DropReason.NotMember);
        net.ExpectDrop(0, Broadcast(0).Build(), DropReason.FrameTypeNotAccepted);
        net.ExpectDrop(0, Broadcast(0).Vlan(0).Build(), DropReason.FrameTypeNotAccepted);
        net.ExpectDrop(0, Broadcast(0).Vlan(4095).Build(), DropReason.ReservedVlan);
        Assert.Empty(net.Net.Switch.GetStations());
    }

    [Fact]
    [Trait("Fault", "33")]
    public void Access_TaggedFrame_IsDropped_AndPriorityTagged_IsUntagged()
    {
        BridgeNet net = new(s_access10, s_access10);
        net.ExpectDrop(0, Broadcast(0).Vlan(10).Build(), DropReason.FrameTypeNotAccepted);
        net.ExpectDrop(0, Broadcast(0).Vlan(10, tpid: EtherType.ServiceVlan).Vlan(20).Build(), DropReason.FrameTypeNotAccepted);
        net.ExpectDrop(0, Broadcast(0).Vlan(4095).Build(), DropReason.ReservedVlan);
        net.Expect(0, Broadcast(0).Vlan(0, priority: 5).Build(), (1, Broadcast(0).Build()));
    }

    [Fact]
    public void Native_IsUntaggedBothWays_UnlessTagged()
    {
        BridgeNet net = new(
            PortVlans.Trunk(Set("10"), native: Vlan(1)), PortVlans.Trunk(Set("10"), native: Vlan(1), tagNative: true), PortVlans.Access(Vlan(1)));
        byte[] untagged = Broadcast(0).Build();
        net.Expect(0, untagged, (1, Broadcast(0).Vlan(1).Build()), (2, untagged));
        net.Expect(1, Broadcast(1).Build(), (0, Broadcast(1).Build()), (2, Broadcast(1).Build()));
        net.Expect(1, Broadcast(1).Vlan(1).Build(), (0, Broadcast(1).Build()), (2, Broadcast(1).Build()));
    }

    [Fact]
    public void PriorityOfATag_SurvivesIts_Removal()
    {
        BridgeNet net = new(PortVlans.Trunk(Set("10"), native: Vlan(5)), s_access10, PortVlans.Trunk(Set("5+10")));
        byte[] frame = Broadcast(0).Vlan(10, priority: 6).Build();
        net.Expect(0, frame, (1, Broadcast(0).Build()), (2, frame));
        net.Expect(0, Broadcast(0).Vlan(0, priority: 3).Build(), (2, Broadcast(0).Vlan(5, priority: 3).Build()));
    }

    [Fact]
    public void DefaultPort_IsATrunkOfAll_WithNativeVlan1()
    {
        BridgeNet net = new(PortVlans.Default, s_access10, PortVlans.Access(VlanId.Default));
        byte[] untagged = Broadcast(0).Build();
        net.Expect(0, untagged, (2, untagged));
        net.Expect(1, Broadcast(1).Build(), (0, Broadcast(1).Vlan(10).Build()));
    }

    [Fact]
    public void Tunnel_CarriesTagsAsPayload()
    {
        PortVlans tunnel = PortVlans.Tunnel(Vlan(100));
        PortVlans provider = PortVlans.Trunk(Set("100")) with { TagProtocol = EtherType.ServiceVlan };
        BridgeNet net = new(tunnel, provider, tunnel);
        byte[] inner = Broadcast(0).Vlan(7, priority: 2).Build();
        net.Expect(0, inner, (1, Broadcast(0).Vlan(100, tpid: EtherType.ServiceVlan).Vlan(7, priority: 2).Build()), (2, inner));
        byte[] back = Frame(1, 0).Vlan(100, tpid: EtherType.ServiceVlan).Vlan(9).Build();
        net.Expect(1, back, (0, Frame(1, 0).Vlan(9).Build()));
        byte[] plain = Frame(0, 1).Build();
        net.Expect(0, plain, (1, Frame(0, 1).Vlan(100, tpid: EtherType.ServiceVlan).Build()));
    }

    [Fact]
    public void TagProtocol_MakesTheTag()
    {
        BridgeNet net = new(PortVlans.Trunk(Set("10")) with { TagProtocol = EtherType.ServiceVlan }, PortVlans.Trunk(Set("10")) with { TagProtocol = EtherType.CustomerVlan });
        net.ExpectDrop(0, Broadcast(0).Vlan(10).Build(), DropReason.FrameTypeNotAccepted); // 0x8100 is payload here: the frame is untagged
        net.Expect(0, Broadcast(0).Vlan(10, tpid: EtherType.ServiceVlan).Build(), (1, Broadcast(0).Vlan(10).Build()));
        net.Expect(1, Frame(1, 0).Vlan(10).Build(), (0, Frame(1, 0).Vlan(10, tpid: EtherType.ServiceVlan).Build()));
    }

    [Fact]
    public void Translation_RenumbersBothWays()
    {
        PortVlans trunk = PortVlans.Trunk(Set("10+20")) with { Translations = [new(Vlan(110), Vlan(10))] };
        BridgeNet net = new(trunk, s_access10, s_access20);
        net.Expect(0, Broadcast(0).Vlan(110, priority: 4).Build(), (1, Broadcast(0).Build()));
        net.Expect(1, Frame(1, 0).Build(), (0, Frame(1, 0).Vlan(110).Build()));
        net.Expect(0, Broadcast(0).Vlan(20).Build(), (2, Broadcast(0).Build()));
        net.ExpectDrop(0, Broadcast(0).Vlan(10).Build(), DropReason.NotMember); // the number inside means nothing on the wire
    }

    [Fact]
    public void SameStation_InTwoVlans_IsLearnedTwice()
    {
        BridgeNet net = new(s_access10, s_access20, PortVlans.Trunk(Set("10+20")));
        net.Exchange(0, Broadcast(7).Build());
        net.Exchange(1, Broadcast(7).Build());
        net.Expect(2, Frame(9, 7).Vlan(10).Build(), (0, Frame(9, 7).Build()));
        net.Expect(2, Frame(9, 7).Vlan(20).Build(), (1, Frame(9, 7).Build()));
    }

    [Fact]
    public void UnicastToAPort_ThatHasLeftTheVlan_IsDropped()
    {
        BridgeNet net = new(s_access10, s_access10);
        net.Exchange(1, Broadcast(1).Build());
        net.Net.Switch.SetPolicy(net.Net.Ports[1], new PortPolicy { Vlans = s_access20 });
        net.ExpectDrop(0, Frame(0, 1).Build(), DropReason.NotMemberAtEgress);
    }

    [Theory]
    [InlineData(OffloadKinds.All)]
    [InlineData(OffloadKinds.None)]
    public void SuperFrame_IsTagged_AndStaysWhole_OrIsCutWithItsTag(OffloadKinds offloads)
    {
        TestSwitch net = new(0);
        net.Plug(s_access10, OffloadKinds.All);
        net.Plug(PortVlans.Trunk(Set("10")), offloads);
        (byte[] octets, OffloadInfo offload) = SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, payload: 5000, gsoSize: 1400);
        net.Send(0, octets, offload);
        List<(byte[] Octets, OffloadInfo Offload)> seen = net.Stations[1].ReceiveWithOffload();
        Assert.Equal(0, net.Unaccounted());
        Assert.All(seen, f => Assert.Equal(0x8100_000Au, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(f.Octets.AsSpan(12))));
        if (offloads == OffloadKinds.All)
        {
            (byte[] whole, OffloadInfo rest) = Assert.Single(seen);
            Assert.Equal(octets.Length + VlanTag.Length, whole.Length);
            Assert.True(rest.TryValidate(whole));
            Assert.Equal(offload.CsumStart + VlanTag.Length, rest.CsumStart);
        }
        else
        {
            Assert.Equal(4, seen.Count);
        }
    }

    /// <summary>A tag that is cut, at each octet, outer and inner.</summary>
    [Fact]
    [Trait("Fault", "5")]
    [Trait("Fault", "6")]
    public void CutTags_AreMalformed_AndDeepStacks_AreBounded()
    {
        BridgeNet net = new(PortVlans.Trunk(Set("10")), PortVlans.Trunk(Set("10")));
        byte[] nested = Broadcast(0).Vlan(10, tpid: EtherType.ServiceVlan).Vlan(11).Build();
        for (int length = 14; length < 22; length++)
        {
            net.ExpectDrop(0, nested[..length], DropReason.MalformedTag);
        }

        net.Expect(0, nested[..22], (1, nested[..22]));
        FrameBuilder deep = Broadcast(0).Vlan(10);
        for (int i = 0; i < 20; i++)
        {
            deep.Vlan(i + 1);
        }

        byte[] stack = deep.Build();
        net.Expect(0, stack, (1, stack));
    }
}
