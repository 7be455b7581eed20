using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

public class PrivateVlanTests
{
    private const int Promiscuous = 0;
    private const int IsolatedA = 1;
    private const int IsolatedB = 2;
    private const int CommunityA = 3;
    private const int CommunityB = 4;
    private const int Trunk = 5;

    private static readonly BridgePolicy s_policy = new()
    {
        PrivateVlans = [new PrivateVlan(Vlan(100)) { Isolated = Vlan(101), Communities = [Vlan(102)] }],
    };

    private static BridgeNet Make() => new(s_policy, new[] { 100, 101, 101, 102, 102 }.Select(v => new PortPolicy { Vlans = PortVlans.Access(Vlan(v)) })
        .Append(new PortPolicy { Vlans = PortVlans.Trunk(Set("100-102")) }));

    [Fact]
    public void Floods_FollowTheRoles()
    {
        BridgeNet net = Make();
        byte[] Untagged(int from) => Broadcast(from).Build();
        byte[] Tagged(int from, int vid) => Broadcast(from).Vlan(vid).Build();
        net.Expect(
            Promiscuous, Untagged(0), (IsolatedA, Untagged(0)), (IsolatedB, Untagged(0)), (CommunityA, Untagged(0)), (CommunityB, Untagged(0)), (Trunk, Tagged(0, 100)));
        net.Expect(IsolatedA, Untagged(1), (Promiscuous, Untagged(1)), (Trunk, Tagged(1, 101)));
        net.Expect(CommunityA, Untagged(3), (Promiscuous, Untagged(3)), (CommunityB, Untagged(3)), (Trunk, Tagged(3, 102)));
        net.Expect(Trunk, Tagged(5, 101), (Promiscuous, Untagged(5)));
        net.Expect(Trunk, Tagged(5, 102), (Promiscuous, Untagged(5)), (CommunityA, Untagged(5)), (CommunityB, Untagged(5)));
    }

    [Fact]
    public void StaticStation_OfAHost_IsFoundFromThePrimary_AlsoWhenThePolicyComesLater()
    {
        StationKey station = new(Vlan(101), TestSwitch.Mac(70));
        PortPolicy host = new() { Vlans = PortVlans.Access(Vlan(101)), Stations = [station] };
        BridgeNet net = new(null, new PortPolicy { Vlans = PortVlans.Access(Vlan(100)) }, host, new PortPolicy { Vlans = PortVlans.Access(Vlan(101)) });
        Assert.Equal(Vlan(101), Assert.Single(net.Net.Switch.GetStations()).Vlan);
        net.Net.Switch.SetBridgePolicy(s_policy);
        Assert.Equal(Vlan(100), Assert.Single(net.Net.Switch.GetStations()).Vlan);
        net.Expect(0, Frame(0, 70).Build(), (1, Frame(0, 70).Build()));
        net.ExpectDrop(2, Frame(2, 70).Build(), DropReason.Isolated);
    }

    [Fact]
    public void Unicasts_AreFoundAcrossTheVlans_AndKeptApart()
    {
        BridgeNet net = Make();
        for (int i = 0; i < 5; i++)
        {
            net.Exchange(i, Broadcast(i).Build());
        }

        net.Expect(Promiscuous, Frame(0, 1).Build(), (IsolatedA, Frame(0, 1).Build()));
        net.Expect(IsolatedA, Frame(1, 0).Build(), (Promiscuous, Frame(1, 0).Build()));
        net.ExpectDrop(IsolatedA, Frame(1, 2).Build(), DropReason.Isolated);
        net.ExpectDrop(IsolatedA, Frame(1, 3).Build(), DropReason.Isolated);
        net.ExpectDrop(CommunityA, Frame(3, 1).Build(), DropReason.Isolated);
        net.Expect(CommunityA, Frame(3, 4).Build(), (CommunityB, Frame(3, 4).Build()));
    }
}
