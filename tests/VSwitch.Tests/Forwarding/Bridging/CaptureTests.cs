using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

/// <summary>Frames of real captures through a bridge that does everything at once.</summary>
public class CaptureTests
{
    private const int MaxFrames = 60_000;

    [Fact]
    [Trait("Fault", "12")]
    public void CapturedFrames_AreAllAccountedFor_AndCarriedOctetForOctet()
    {
        string? folder = CaptureFolder.Find();
        Assert.SkipWhen(folder is null, "no captures: VSWITCH_CAPTURES names no folder, and there is none beside the repository");
        BridgeNet net = new(
            new BridgePolicy { Flapping = new FlapOptions { Moves = 1000 }, LoopGuard = new LoopGuardOptions(), PrivateVlans = [new PrivateVlan(Vlan(5)) { Isolated = Vlan(6) }] },
            new PortPolicy { Vlans = PortVlans.Tunnel(Vlan(100)), ReservedAddresses = new(ReservedAddressAction.Pass) },
            new PortPolicy { Vlans = PortVlans.Tunnel(Vlan(100)), ReservedAddresses = new(ReservedAddressAction.Pass) },
            new PortPolicy { Vlans = PortVlans.Default, StationLimit = new(50, StationLimitAction.Flood) },
            new PortPolicy { Vlans = PortVlans.Trunk(Set("1-4094"), native: Vlan(7)), IngressAccess = new AccessList("in", [AccessRule.Deny(ClassifierRule.All.Protocol(IpProtocol.Icmp)), AccessRule.Permit()]) });
        int carried = 0;
        foreach ((string file, int number, LinkLayer linkLayer, byte[] packet) in CaptureFolder.Packets(folder).Take(MaxFrames))
        {
            if (linkLayer != LinkLayer.Ethernet || packet.Length > 1500)
            {
                continue;
            }

            long before = net.Net.Ports[0].Counters.TotalDrops();
            net.Net.Send(0, packet);
            bool isDropped = net.Net.Ports[0].Counters.TotalDrops() > before;
            List<byte[]> seen = net.Net.Receive(1);
            Assert.True(isDropped ? seen.Count == 0 : seen.Count == 1 && packet.AsSpan().SequenceEqual(seen[0]), $"{file} {number}: a tunnel changes nothing");
            carried += seen.Count;
            net.Net.Send(2, packet);
            net.Net.Send(3, packet);
            net.Net.Receivers();
            net.Net.Switch.FilteringDatabase.Flush();
        }

        Assert.Equal(0, net.Net.Unaccounted());
        Assert.True(carried > MaxFrames / 2, $"{carried}");
        Assert.Equal(0, net.Net.Ports.Sum(p => p.Counters.Faults));
    }
}
