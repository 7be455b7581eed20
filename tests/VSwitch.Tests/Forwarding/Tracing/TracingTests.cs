using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Tests.Forwarding.Bridging;
using VSwitch.Tracing;
using VSwitch.Vlans;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Bridging.BridgeNet;

namespace VSwitch.Tests.Forwarding.Tracing;

public class TracingTests
{
    [Fact]
    public void Trace_TellsTheWayStepByStep()
    {
        BridgeNet net = new(PortVlans.Access(Vlan(10)), PortVlans.Trunk(Set("10+20")), PortVlans.Access(Vlan(20)));
        net.Exchange(1, Broadcast(1).Vlan(10).Build());
        net.Net.Wait(3);
        ForwardingTrace trace = Trace(net, 0, Frame(0, 1).Build());
        Assert.Equal(
            """
            1 FanIn: 60 octets came in by p0
            2 IngressFilter: VLAN 10: untagged, PVID 10
            3 Learner: 02:00:00:00:00:01 in VLAN 10 is new, and learned here
            5 Resolver: 02:00:00:00:00:02 in VLAN 10 is behind p1 (dynamic entry, heard 3 s ago)
            6 Egress: p1: sent with tag 0x8100 VLAN 10, 64 octets

            """,
            trace.ToString());
        Assert.Equal(["p1"], trace.SentTo);
        Assert.False(trace.IsHypothetical);
    }

    [Fact]
    public void Trace_NamesTheRuleThatDenied()
    {
        var access = new AccessList("lab", [AccessRule.Permit(ClassifierRule.All.EtherType(EtherType.Arp)), AccessRule.Deny(ClassifierRule.All.DestinationPort(23))]);
        BridgeNet net = new(null, new PortPolicy { IngressAccess = access }, PortPolicy.None);
        ForwardingTrace trace = Trace(net, 0, new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 10, new TcpFields { DestinationPort = 23 }).Build());
        Assert.Equal((2, DropReason.AccessDenied), (trace.Steps[^1].Number, trace.Steps[^1].Reason));
        Assert.Contains("rule 2", trace.Steps[^1].Text, StringComparison.Ordinal);
        Assert.Empty(trace.SentTo);
    }

    [Fact]
    public void Session_TakesSoManyAsWereAskedFor_OfThePortAndFilter()
    {
        TestSwitch net = new(3);
        using TraceSession session = net.Switch.StartTrace(new TraceRequest { Count = 2, Port = net.Ports[1].Name });
        using TraceSession other = net.Switch.StartTrace(new TraceRequest { Count = 1 });
        for (int i = 0; i < 3; i++)
        {
            net.Send(0, TestSwitch.Frame(0, 9).Build());
            net.Send(1, TestSwitch.Frame(1, 9).Build());
        }

        List<ForwardingTrace> traces = Drain(session);
        Assert.All(traces, t => Assert.Equal(net.Ports[1].Name, t.Ingress));
        Assert.Equal(2, traces.Count);
        Assert.Single(Drain(other));
        Assert.True(session.Traces.Completion.IsCompleted);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void Session_ThatNobodyReads_LosesTraces_AndHoldsNothingUp()
    {
        TestSwitch net = new(2);
        using TraceSession session = net.Switch.StartTrace(new TraceRequest { Count = 5000 });
        for (int i = 0; i < 1100; i++)
        {
            net.Send(0, TestSwitch.Frame(0, 1).Build());
        }

        Assert.Equal(1100 - 1024, session.Lost);
        Assert.Equal(1100, net.Receive(1).Count);
    }

    [Fact]
    public void Explain_LearnsSendsAndCountsNothing()
    {
        var access = new AccessList("all", [AccessRule.Permit()]);
        BridgeNet net = new(
            null,
            new PortPolicy { IngressAccess = access, Policing = RateLimit.Frames(1, burst: 1), StationLimit = new(0, StationLimitAction.Shutdown) },
            PortPolicy.None);
        ForwardingTrace trace = net.Net.Switch.Explain(net.Net.Ports[0], Broadcast(0).Build());
        Assert.True(trace.IsHypothetical);
        Assert.Equal(DropReason.StationLimit, trace.Steps[^1].Reason);
        Assert.Equal(0, access.Hits[0].Frames);
        Assert.Empty(net.Net.Switch.GetStations());
        Assert.Equal(0, net.Net.Ports[0].Counters.TotalDrops() + net.Net.Ports[0].Counters.ReceivedFrames);
        net.Net.Switch.Advance();
        Assert.Equal(PortBlock.None, net.Net.Ports[0].Block);
    }

    [Fact]
    public void InternetLayer_IsTraced_AndNotForetold()
    {
        TestSwitch net = new(2);
        int tun = net.PlugTun("10.0.0.5/24");
        byte[] frame = new FrameBuilder().From(TestSwitch.Mac(0)).To(MacAddress.Broadcast).ArpRequest("10.0.0.1", "10.0.0.5").Build();
        ForwardingTrace foretold = net.Switch.Explain(net.Ports[0], frame);
        Assert.Equal((4, TraceVerdict.Passed), (foretold.Steps[^1].Number, foretold.Steps[^1].Verdict));
        using TraceSession session = net.Switch.StartTrace(new TraceRequest());
        net.Send(0, frame);
        Assert.Equal((4, TraceVerdict.Taken), Drain(session).Select(t => (t.Steps[^1].Number, t.Steps[^1].Verdict)).Single());

        byte[] packet = new FrameBuilder().From(TestSwitch.Mac(0)).To(net.MacOf(tun)).Udp("10.0.0.1", "10.0.0.5", 20).Build();
        Assert.Equal([net.Ports[tun].Name], net.Switch.Explain(net.Ports[0], packet).SentTo);
        Assert.Throws<ArgumentException>(() => net.Switch.Explain(net.Ports[tun], packet));
    }

    /// <summary>What is foretold, what is traced and what happens is the same, whatever the ports and frames.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Explain_Trace_AndReality_Agree(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 15; round++)
        {
            BridgeNet net = new(RandomBridge(random), Enumerable.Range(0, 5).Select(_ => RandomPolicy(random)));
            for (int i = 0; i < 60; i++)
            {
                int port = random.Next(5);
                byte[] frame = RandomFrame(random);
                ForwardingTrace foretold = net.Net.Switch.Explain(net.Net.Ports[port], frame);
                using TraceSession session = net.Net.Switch.StartTrace(new TraceRequest());
                long[] before = [.. net.Net.Ports.SelectMany(Drops)];
                List<byte[]>[] seen = net.Exchange(port, frame);
                ForwardingTrace trace = Assert.Single(Drain(session));
                string where = $"seed {seed}, round {round}, frame {i}\nforetold\n{foretold}traced\n{trace}";
                string[] receivers = [.. Enumerable.Range(0, 5).Where(p => seen[p].Count > 0).Select(p => $"p{p}")];
                Assert.True(receivers.SequenceEqual(trace.SentTo.Order(StringComparer.Ordinal)), where);
                Assert.True(Ends(foretold).SequenceEqual(Ends(trace)), where);
                long[] dropped = [.. net.Net.Ports.SelectMany(Drops).Zip(before, (now, then) => now - then)];
                Assert.True(dropped.Sum() == trace.Steps.Count(s => s.Verdict == TraceVerdict.Dropped), where);
            }
        }
    }

    private static IEnumerable<string> Ends(ForwardingTrace trace) =>
        trace.Steps.Where(s => s.Verdict != TraceVerdict.Passed).Select(s => $"{s.Number} {s.Verdict} {s.Reason} {s.Port}");

    private static IEnumerable<long> Drops(SwitchPort port) => DropReasons.All.Select(r => port.Counters.Drops(r));

    private static BridgePolicy RandomBridge(Random random) => random.Next(3) switch
    {
        0 => BridgePolicy.None,
        1 => new BridgePolicy { PrivateVlans = [new PrivateVlan(Vlan(10)) { Isolated = Vlan(20), Communities = [Vlan(30)] }] },
        _ => new BridgePolicy { StationLimits = new Dictionary<VlanId, StationLimit> { [Vlan(30)] = new(100) } },
    };

    private static PortPolicy RandomPolicy(Random random)
    {
        VlanId vlan = Vlan(10 * random.Next(1, 4));
        PortVlans vlans = random.Next(6) switch
        {
            0 => PortVlans.Trunk(Set("10+30")),
            1 => PortVlans.Trunk(Set("10+20"), native: Vlan(30)),
            2 => PortVlans.Tunnel(vlan),
            3 => PortVlans.Default,
            _ => PortVlans.Access(vlan),
        };
        return new PortPolicy
        {
            Vlans = vlans,
            IsIsolated = random.Next(4) == 0,
            Hairpin = random.Next(5) == 0,
            Learns = random.Next(6) != 0,
            StationLimit = random.Next(6) == 0 ? new(2, (StationLimitAction)random.Next(2)) : null,
            ReservedAddresses = random.Next(3) == 0 ? new(ReservedAddressAction.Pass) : ReservedAddresses.Standard,
            EgressAccess = random.Next(6) == 0 ? new AccessList("out", [AccessRule.Deny(ClassifierRule.All.DestinationMac(MacAddress.Broadcast)), AccessRule.Permit()]) : null,
        };
    }

    private static byte[] RandomFrame(Random random)
    {
        FrameBuilder frame = new FrameBuilder().From(TestSwitch.Mac(random.Next(6)));
        _ = random.Next(6) switch
        {
            0 => frame.To(MacAddress.Broadcast),
            1 => frame.To("01:80:c2:00:00:0e"),
            _ => frame.To(TestSwitch.Mac(random.Next(8))),
        };
        for (int tags = random.Next(3); tags > 0; tags--)
        {
            frame.Vlan(random.Next(5) switch { 0 => 0, 1 => 4095, _ => 10 * random.Next(1, 4) }, random.Next(8));
        }

        byte[] octets = frame.Payload(new byte[random.Next(10) == 0 ? 1600 : 46]).Build();
        return random.Next(20) == 0 ? octets[..random.Next(1, 22)] : octets;
    }

    private static ForwardingTrace Trace(BridgeNet net, int port, byte[] frame)
    {
        using TraceSession session = net.Net.Switch.StartTrace(new TraceRequest());
        net.Exchange(port, frame);
        return Assert.Single(Drain(session));
    }

    private static List<ForwardingTrace> Drain(TraceSession session)
    {
        var traces = new List<ForwardingTrace>();
        while (session.Traces.TryRead(out ForwardingTrace? trace))
        {
            traces.Add(trace);
        }

        return traces;
    }
}
