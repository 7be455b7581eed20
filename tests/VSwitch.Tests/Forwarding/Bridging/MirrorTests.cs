using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

public class MirrorTests
{
    private static readonly PortPolicy s_access10 = new() { Vlans = PortVlans.Access(Vlan(10)) };
    private static readonly PortPolicy s_trunk = new() { Vlans = PortVlans.Trunk(Set("10+20")) };
    private static readonly PortPolicy s_monitor = new() { Vlans = PortVlans.Access(Vlan(999)) };

    private static BridgePolicy Mirror(MirrorDirections directions, string vlans = "all", params string[] ports) => new()
    {
        Mirrors = [new MirrorSession { Ports = ports, Directions = directions, Vlans = Set(vlans), ToPort = "p3" }],
    };

    [Fact]
    public void Ingress_ShowsWhatCameIn_DroppedFramesToo()
    {
        BridgeNet net = new(Mirror(MirrorDirections.Ingress, "all", "p0"), s_trunk, s_access10, s_access10, s_monitor);
        byte[] tagged = Broadcast(0).Vlan(10).Build();
        net.Expect(0, tagged, (1, Broadcast(0).Build()), (2, Broadcast(0).Build()), (3, tagged));
        byte[] refused = Broadcast(0).Vlan(30).Build();
        net.Expect(0, refused, (3, refused));
        net.Expect(0, refused[..13]);
        net.Expect(1, Broadcast(1).Build(), (0, Broadcast(1).Vlan(10).Build()), (2, Broadcast(1).Build()));
    }

    [Fact]
    public void Egress_ShowsWhatGoesOut_AsItGoesOut()
    {
        BridgeNet net = new(Mirror(MirrorDirections.Egress, "all", "p0"), s_trunk, s_access10, s_access10, s_monitor);
        byte[] tagged = Broadcast(1).Vlan(10).Build();
        net.Expect(1, Broadcast(1).Build(), (0, tagged), (2, Broadcast(1).Build()), (3, tagged));
        net.Expect(0, Broadcast(0).Vlan(20).Build());
    }

    [Fact]
    public void Vlan_ShowsItsFramesOnly_OfAllPorts()
    {
        BridgeNet net = new(Mirror(MirrorDirections.Ingress, "20"), s_trunk, s_access10, s_access10, s_monitor);
        net.Expect(1, Broadcast(1).Build(), (0, Broadcast(1).Vlan(10).Build()), (2, Broadcast(1).Build()));
        net.Expect(0, Broadcast(0).Vlan(20).Build(), (3, Broadcast(0).Vlan(20).Build()));
    }

    [Fact]
    public void Rspan_CarriesFramesInItsVlan_WhereNothingIsLearned()
    {
        BridgePolicy policy = new() { Mirrors = [new MirrorSession { Ports = ["p0"], ToVlan = Vlan(99) }] };
        BridgeNet net = new(
            policy, s_access10, s_access10, new PortPolicy { Vlans = PortVlans.Trunk(Set("99")) }, new PortPolicy { Vlans = PortVlans.Access(Vlan(99)) });
        byte[] frame = Broadcast(0).Build();
        net.Expect(0, frame, (1, frame), (2, Broadcast(0).Vlan(99).Build()), (3, frame));
        byte[] answer = Frame(1, 0).Build();
        net.Expect(1, answer, (0, answer), (2, Frame(1, 0).Vlan(99).Build()), (3, answer));
        net.Exchange(2, Broadcast(7).Vlan(99).Build());
        Assert.DoesNotContain(net.Net.Switch.GetStations(), s => s.Vlan == Vlan(99));
    }

    [Fact]
    public void RspanOfAnotherSwitch_PassesAVlan_WhereNothingIsLearned()
    {
        BridgeNet net = new(new BridgePolicy { NotLearning = Set("99") }, Enumerable.Repeat(new PortPolicy { Vlans = PortVlans.Trunk(Set("10+99")) }, 3));
        byte[] shown = Frame(7, 8).Vlan(99).Build();
        net.Exchange(0, Frame(8, 7).Vlan(99).Build());
        net.Expect(1, shown, (0, shown), (2, shown));
        Assert.Empty(net.Net.Switch.GetStations());
    }

    [Fact]
    public void TargetThatIsDownOrGone_ShowsNothing_AndShowsAgain()
    {
        BridgeNet net = new(Mirror(MirrorDirections.Both, "all", "p0"), PortPolicy.None, PortPolicy.None, PortPolicy.None, PortPolicy.None);
        net.Net.SetLink(3, up: false);
        byte[] frame = Broadcast(0).Build();
        net.Expect(0, frame, (1, frame), (2, frame));
        net.Net.SetLink(3, up: true);
        Assert.Equal(2, net.Exchange(0, frame)[3].Count); // flooded to it, and shown
    }

    [Fact]
    public void SuperFrame_IsShownWhole_ToWhoCanTakeIt()
    {
        TestSwitch net = new(0, new SwitchOptions { Bridge = new BridgePolicy { Mirrors = [new MirrorSession { Ports = ["p0"], ToPort = "p2" }] } });
        net.Plug(s_access10, OffloadKinds.All);
        net.Plug(s_trunk, OffloadKinds.All);
        net.Plug(s_monitor, OffloadKinds.All);
        (byte[] octets, OffloadInfo offload) = SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, payload: 5000, gsoSize: 1400);
        net.Send(0, octets, offload);
        (byte[] shown, OffloadInfo left) = Assert.Single(net.Stations[2].ReceiveWithOffload());
        Assert.Equal(octets, shown);
        Assert.Equal(offload.GsoSize, left.GsoSize);
        Assert.Equal(octets.Length + 4, Assert.Single(net.Stations[1].ReceiveWithOffload()).Octets.Length);
        Assert.Equal(0, net.Unaccounted());
    }
}
