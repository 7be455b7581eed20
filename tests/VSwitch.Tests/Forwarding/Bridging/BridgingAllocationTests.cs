using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Tests.Devices;
using VSwitch.Vlans;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Bridging;

/// <summary>Nothing is allocated for a frame once all is warm, whatever the policies.</summary>
[Collection(nameof(Alone))]
public sealed class BridgingAllocationTests
{
    private const int Bursts = 5_000;
    private const int PerBurst = 16;

    private static readonly RateLimit s_much = RateLimit.Frames(1_000_000_000);

    private static readonly PortPolicy s_everything = new()
    {
        Vlans = PortVlans.Trunk(Set("10+20"), native: Vlan(30)),
        IsIsolated = true,
        IsSticky = true,
        StationLimit = new(1),
        Policing = s_much,
        StormControl = new() { Broadcast = s_much, Multicast = s_much, UnknownUnicast = s_much },
        IngressAccess = new("in", [AccessRule.Deny(ClassifierRule.All.DestinationPort(23)), AccessRule.Permit()]),
        EgressAccess = new("out", [AccessRule.Deny(ClassifierRule.All.EtherType(EtherType.Arp)), AccessRule.Permit()]),
    };

    public static TheoryData<string, byte[]> Frames() => new()
    {
        { "unicast, tag taken off", Frame(0, 1).Vlan(10).Build() },
        { "broadcast, tag taken off and left on", Broadcast(0).Vlan(10).Build() },
        { "unknown unicast of the native VLAN", Frame(0, 9).Build() },
        { "VLAN that is refused", Frame(0, 1).Vlan(40).Build() },
        { "station that is refused", Frame(7, 1).Vlan(10).Build() },
        { "rule that denies", Frame(0, 1).Vlan(10).Tcp("10.0.0.1", "10.0.0.2", 9, new TcpFields { DestinationPort = 23 }).Build() },
        { "reserved address", new FrameBuilder().From(TestSwitch.Mac(0)).To("01:80:c2:00:00:0e").Vlan(10).Build() },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_AllocatesNothing(string what, byte[] octets)
    {
        BridgePolicy bridge = new()
        {
            Mirrors = [new MirrorSession { Ports = ["p0"], ToPort = "p3" }, new MirrorSession { Ports = ["p1"], ToVlan = Vlan(99) }],
            Flapping = new FlapOptions(),
            LoopGuard = new LoopGuardOptions(),
        };
        BridgeNet net = new(
            bridge,
            s_everything,
            new PortPolicy { Vlans = PortVlans.Access(Vlan(10)) },
            new PortPolicy { Vlans = PortVlans.Trunk(Set("10+30+99")) },
            new PortPolicy { Vlans = PortVlans.Access(Vlan(99)) });
        net.Exchange(1, Broadcast(1).Build());
        net.Exchange(0, Broadcast(0).Vlan(10).Build());
        FrameBatch sent = DeviceSteps.BatchOf(Enumerable.Repeat(octets, PerBurst));
        int[] which = [.. Enumerable.Range(0, PerBurst)];
        var received = new FrameBatch();
        ForwardingPipeline pipeline = net.Net.Switch.CreatePipeline();
        AttachedDevice queue = net.Net.Ports[0].Queues[0];
        Run(Bursts / 2);
        long allocated = Allocations.Fewest(() => Run(Bursts / 10));
        Assert.True(allocated < Bursts / 10, $"{what}: {allocated} octets"); // less than one a burst: what the runtime itself does
        Assert.Equal(0, net.Net.Unaccounted());

        void Run(int bursts)
        {
            for (int i = 0; i < bursts; i++)
            {
                net.Net.Stations[0].Device.TrySend(sent, which);
                pipeline.MarkReady(queue);
                pipeline.RunBurst();
                foreach (Station station in net.Net.Stations)
                {
                    do
                    {
                        received.Clear();
                        station.Device.TryReceive(received);
                    }
                    while (received.Count > 0);
                }
            }
        }
    }
}
