using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Vlans;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

/// <summary>The internet layer in a bridge with VLANs: it is in VLAN 1, and sees no tags.</summary>
public class RoutedVlanTests
{
    private const int Access1 = 0;
    private const int Trunk = 1;
    private const int Access10 = 2;

    private static TestSwitch Make()
    {
        TestSwitch net = new(0);
        net.Plug(PortVlans.Access(VlanId.Default));
        net.Plug(PortVlans.Trunk(Set("1+10")));
        net.Plug(PortVlans.Access(Vlan(10)));
        net.PlugTun("10.0.0.5/24");
        return net;
    }

    [Fact]
    public void Tun_IsReachedFromVlan1_TaggedOrNot_AndFromNoOther()
    {
        TestSwitch net = Make();
        MacAddress tun = net.MacOf(3);
        foreach ((int port, FrameBuilder frame) in new[] { (Access1, new FrameBuilder()), (Trunk, new FrameBuilder().Vlan(1)) })
        {
            byte[] octets = frame.From(TestSwitch.Mac(port)).To(tun).Udp($"10.0.0.{port + 1}", "10.0.0.5", 50).Build();
            net.Send(port, octets);
            Assert.Equal(octets[(port == Trunk ? 18 : 14)..], Assert.Single(net.Receive(3)));
        }

        net.Send(Access10, new FrameBuilder().From(TestSwitch.Mac(9)).To(tun).Udp("10.0.0.9", "10.0.0.5", 50).Build());
        Assert.Empty(net.Receive(3));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Answer_OfATun_IsTaggedWhereVlan1IsTagged_AlsoWhenItHasWaited()
    {
        TestSwitch net = Make();
        net.Send(3, new FrameBuilder().Udp("10.0.0.5", "10.0.0.2", 50).BuildPacket());
        byte[] asked = Assert.Single(net.Receive(Trunk));
        Assert.Equal([0x81, 0x00, 0x00, 0x01, 0x08, 0x06], asked[12..18]);
        net.Send(Trunk, new FrameBuilder().Vlan(1).From(TestSwitch.Mac(Trunk)).To(net.MacOf(3)).ArpReply("10.0.0.2", "10.0.0.5").Build());
        byte[] sent = Assert.Single(net.Receive(Trunk));
        Assert.Equal([0x81, 0x00, 0x00, 0x01, 0x08, 0x00], sent[12..18]);
        Assert.Empty(net.Receive(Access10));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Gateway_RoutesTaggedPackets_AndHoldsThemUntagged()
    {
        TestSwitch net = Make();
        net.Switch.AddGateway(IpPrefix.Parse("10.0.0.254/24"));
        net.Switch.AddGateway(IpPrefix.Parse("10.7.0.254/24"));
        net.Send(Trunk, new FrameBuilder().Vlan(1).From(TestSwitch.Mac(Trunk)).To(net.Switch.HardwareAddress).Udp("10.0.0.2", "10.7.0.9", 50).Build());
        Assert.Equal([0x08, 0x06], Assert.Single(net.Receive(Access1))[12..14]); // it asks for 10.7.0.9, untagged there
        net.Receivers();
        net.Send(Access1, new FrameBuilder().From(TestSwitch.Mac(9)).To(net.Switch.HardwareAddress).ArpReply("10.7.0.9", "10.7.0.254").Build());
        byte[] routed = Assert.Single(net.Receive(Access1));
        Assert.Equal([0x08, 0x00], routed[12..14]);
        Assert.Equal(0, net.Unaccounted());
    }
}
