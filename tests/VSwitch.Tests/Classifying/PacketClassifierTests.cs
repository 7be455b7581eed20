using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Classifying;

public sealed class PacketClassifierTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void FirstRuleThatIsMet_Answers()
    {
        PacketClassifier classifier = Make(
            new ClassifierRule(1).Protocol(IpProtocol.Tcp).DestinationPort(80, 443),
            new ClassifierRule(2).From("10.1.0.0/16").To("fd00::/8"),
            new ClassifierRule(3).From("10.1.0.0/16"),
            new ClassifierRule(4).Vlan(10),
            new ClassifierRule(5).To("fd00::/8").Protocol(IpProtocol.Udp),
            new ClassifierRule(6).EtherType((EtherType)0x88B5).Untagged());
        Assert.Equal(1, Ask(classifier, Tcp(80)));
        Assert.Equal(1, Ask(classifier, Tcp(443)));
        Assert.Equal(0, Ask(classifier, Tcp(81)));
        Assert.Equal(3, Ask(classifier, new FrameBuilder().Vlan(10).Udp("10.1.2.3", "10.0.0.2", 20)));
        Assert.Equal(4, Ask(classifier, new FrameBuilder().Vlan(10).Udp("10.2.2.3", "10.0.0.2", 20)));
        Assert.Equal(5, Ask(classifier, new FrameBuilder().Udp("fd00::1", "fd00::2", 20)));
        Assert.Equal(0, Ask(classifier, new FrameBuilder().Udp("fd00::1", "fe00::2", 20)));
        Assert.Equal(6, Ask(classifier, new FrameBuilder()));
        Assert.Equal(0, Ask(classifier, new FrameBuilder().Vlan(11)));
    }

    [Fact]
    public void Conditions_AreNotMetByWhatIsNotThere()
    {
        PacketClassifier classifier = Make(
            new ClassifierRule(1).SourcePort(0).DestinationPort(0),
            new ClassifierRule(2).IcmpType(0),
            new ClassifierRule(3).Protocol(IpProtocol.HopByHopOptions),
            new ClassifierRule(4).Vlan(0),
            new ClassifierRule(5).ArpOperation(0),
            new ClassifierRule(6).From("0.0.0.0/0").To("::/0"),
            new ClassifierRule(7).Fragment(),
            new ClassifierRule(8).Dscp(0),
            new ClassifierRule(9).SourceMac(MacAddress.Broadcast).DestinationMac(MacAddress.Broadcast));
        Assert.Equal(0, Ask(classifier, new FrameBuilder()));
        Assert.Equal(4, Ask(classifier, new FrameBuilder().Vlan(0)));
        Assert.Equal(8, Ask(classifier, Tcp(1)));
    }

    [Fact]
    public void Prefixes_MeetTheirFamilyOnly()
    {
        PacketClassifier classifier = Make(new ClassifierRule(1).From("0.0.0.0/0"), new ClassifierRule(2).From("::/0"));
        Assert.Equal(1, Ask(classifier, new FrameBuilder().Udp("200.0.0.1", "10.0.0.2", 20)));
        Assert.Equal(2, Ask(classifier, new FrameBuilder().Udp("fd00::1", "fd00::2", 20)));
        Assert.Equal(2, Ask(classifier, new FrameBuilder().Udp("::ffff:200.0.0.1", "fd00::2", 20)));
        classifier = Make(new ClassifierRule(1).To("10.0.0.0/31"), new ClassifierRule(2).To("10.0.0.2/32"), new ClassifierRule(3).To("fd00:0:0:1::/64"), new ClassifierRule(4).To("fd00::2/128"));
        Assert.Equal(2, Ask(classifier, new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20)));
        Assert.Equal(1, Ask(classifier, new FrameBuilder().Udp("10.0.0.1", "10.0.0.1", 20)));
        Assert.Equal(0, Ask(classifier, new FrameBuilder().Udp("10.0.0.1", "10.0.0.3", 20)));
        Assert.Equal(4, Ask(classifier, new FrameBuilder().Udp("fd00::1", "fd00::2", 20)));
        Assert.Equal(3, Ask(classifier, new FrameBuilder().Udp("fd00::1", "fd00:0:0:1::2", 20)));
    }

    [Fact]
    public void Flow_IsAskedOnce()
    {
        int asked = 0;
        PacketClassifier classifier = Make(new ClassifierRule(1).Where(f =>
        {
            asked++;
            return f.TimeToLive == 64;
        }));
        byte[] frame = Tcp(80).Build();
        Assert.Equal(1, classifier.Classify(frame, LinkLayer.Ethernet));
        frame[22] = 3; // another TTL: the answer is that of the first packet
        Assert.Equal(1, classifier.Classify(frame, LinkLayer.Ethernet));
        Assert.Equal(1, asked);
        FlowEntry flow = Assert.Single(classifier.Flows());
        Assert.Equal((1, 2, 2 * frame.Length, IpProtocol.Tcp), (flow.Answer, flow.Packets, flow.Octets, flow.Flow.Protocol));
        Assert.Equal((1, 1), (classifier.Counters.Hits, classifier.Counters.Misses));
        Assert.Equal((2, 0), (classifier.Hits()[0].Packets, classifier.Hits()[^1].Packets));
    }

    [Fact]
    public void EveryFieldOfTheKey_MakesAnotherFlow()
    {
        PacketClassifier classifier = Make();
        FrameBuilder[] frames =
        [
            Tcp(80), Tcp(81), Tcp(80).From("02:00:00:00:00:99"), Tcp(80).To("02:00:00:00:00:99"), Tcp(80).Vlan(1), Tcp(80).Vlan(2), Tcp(80).Vlan(1).Vlan(2),
            new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20, 1024, 80), new FrameBuilder().Udp("10.0.0.2", "10.0.0.1", 20, 1024, 80), new FrameBuilder(),
        ];
        foreach (FrameBuilder frame in frames.Concat(frames))
        {
            Ask(classifier, frame);
        }

        Assert.Equal(frames.Length, classifier.Flows().Count);
        Assert.Equal((frames.Length, frames.Length), (classifier.Counters.Hits, classifier.Counters.Misses));
    }

    [Fact]
    public void ReplacedRules_AnswerKnownFlows()
    {
        PacketClassifier classifier = Make(new ClassifierRule(1).DestinationPort(80));
        Assert.Equal(1, Ask(classifier, Tcp(80)));
        classifier.Replace(new ClassifierRules(9));
        Assert.Equal(9, Ask(classifier, Tcp(80)));
        classifier.Replace(new ClassifierRules(9, new ClassifierRule(2)));
        Assert.Equal(2, Ask(classifier, Tcp(80)));
        Assert.Equal(3, Assert.Single(classifier.Flows()).Packets);
        Assert.Equal((0, 3), (classifier.Counters.Hits, classifier.Counters.Misses));
        Assert.Equal(1, classifier.Hits()[0].Packets);
    }

    [Fact]
    public void SilentFlow_IsAskedAgain()
    {
        int asked = 0;
        PacketClassifier classifier = Make(new ClassifierRule(1).Where(_ => ++asked > 1));
        Assert.Equal(0, Ask(classifier, Tcp(80)));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, Ask(classifier, Tcp(80)));
        _time.Advance(TimeSpan.FromSeconds(62));
        Assert.Empty(classifier.Flows());
        Assert.Equal(1, Ask(classifier, Tcp(80)));
        Assert.Equal(1, Assert.Single(classifier.Flows()).Packets);
        Assert.Equal(1, classifier.Counters.Aged);
    }

    [Fact]
    public void FullTable_KeepsWhoIsActive_AndAnswersTheRest()
    {
        PacketClassifier classifier = new(new ClassifierRules(0, new ClassifierRule(1).DestinationPort(80)), new ClassifierOptions { Flows = 8 }, _time);
        for (ushort port = 1; port <= 8; port++)
        {
            Ask(classifier, Tcp(80, port));
        }

        for (ushort port = 100; port < 200; port++)
        {
            Assert.Equal(1, Ask(classifier, Tcp(80, port)));
        }

        Assert.Equal((100, 0), (classifier.Counters.NotHeld, classifier.Counters.Evicted));
        Assert.All(classifier.Flows(), f => Assert.InRange(f.Flow.SourcePort, 1, 8));

        _time.Advance(TimeSpan.FromSeconds(FlowTable.EvictableSeconds + 1));
        for (ushort port = 2; port <= 8; port++)
        {
            Ask(classifier, Tcp(80, port));
        }

        Ask(classifier, Tcp(80, 300)); // in place of 1, which alone was silent
        Assert.Equal((100, 1), (classifier.Counters.NotHeld, classifier.Counters.Evicted));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 300], classifier.Flows().Select(f => (int)f.Flow.SourcePort).Order());
    }

    [Fact]
    public void ManyFlows_AreBounded()
    {
        PacketClassifier classifier = new(new ClassifierRules(0), new ClassifierOptions { Flows = 1024, HashSeed = 77 }, _time);
        byte[] frame = Tcp(80).Build();
        for (int i = 0; i < 20_000; i++)
        {
            frame[26] = (byte)(i >> 8);
            frame[27] = (byte)i;
            classifier.Classify(frame, LinkLayer.Ethernet);
        }

        Assert.Equal(1024, classifier.Flows().Count); // and hardly a set is left with room
        Assert.Equal(20_000 - 1024, classifier.Counters.NotHeld);
    }

    /// <summary>Flows that differ in one field only fill the table evenly.</summary>
    [Theory]
    [InlineData(0, 28)]
    [InlineData(77, 28)] // source address
    [InlineData(0, 32)]
    [InlineData(0, 34)] // source port
    [InlineData(77, 36)]
    [InlineData(0, 4)] // destination MAC
    [InlineData(0, 10)]
    public void Flows_AreScattered(ulong seed, int octet)
    {
        PacketClassifier classifier = new(new ClassifierRules(0), new ClassifierOptions { Flows = 16_384, HashSeed = seed }, _time);
        byte[] frame = Tcp(80).Build();
        for (int i = 0; i < 4000; i++)
        {
            frame[octet] = (byte)(i >> 8);
            frame[octet + 1] = (byte)i;
            classifier.Classify(frame, LinkLayer.Ethernet);
        }

        Assert.InRange(classifier.Flows().Count, 3990, 4000); // at random, hardly one is in an overcrowded set
    }

    [Fact]
    public void ConditionThatThrows_IsNotMet()
    {
        PacketClassifier classifier = Make(new ClassifierRule(1).Where(_ => throw new InvalidOperationException()), new ClassifierRule(2));
        Assert.Equal(2, Ask(classifier, Tcp(80)));
        Assert.Equal(1, classifier.Counters.RuleFaults);
    }

    [Fact]
    public void UnreadablePacket_GetsTheDefault()
    {
        PacketClassifier classifier = new(new ClassifierRules(7, new ClassifierRule(1)), time: _time);
        Assert.Equal(7, classifier.Classify(new byte[5], LinkLayer.Ethernet));
        Assert.Equal(7, classifier.Classify([0x99, 1], LinkLayer.Ip));
        Assert.Equal((2, 0), (classifier.Counters.Unreadable, classifier.Flows().Count));
        Assert.Equal(2, classifier.Hits()[^1].Packets);
    }

    [Fact]
    public void Burst_IsAnsweredInOrder()
    {
        PacketClassifier classifier = Make(new ClassifierRule(1).DestinationPort(80));
        var batch = new FrameBatch(2);
        batch.TryAppend(Tcp(80).Build());
        batch.TryAppend(Tcp(81).Build());
        var answers = new int[2];
        classifier.Classify(batch, LinkLayer.Ethernet, answers);
        Assert.Equal([1, 0], answers);
        Assert.Throws<ArgumentException>(() => classifier.Classify(batch, LinkLayer.Ethernet, answers.AsSpan(1)));
    }

    [Fact]
    public void ForeignFacts_AnswerFromThenOn()
    {
        var foreign = new ForeignStub();
        PacketClassifier classifier = new(new ClassifierRules(0, new ClassifierRule(1).Application(5).Where(f => f.Length > 50)), time: _time, foreign: foreign);
        Assert.Equal(0, Ask(classifier, Tcp(80)));
        Assert.Equal(0, Ask(classifier, Tcp(80)));
        FlowTicket ticket = Assert.Single(foreign.Tickets); // asked once
        Assert.True(classifier.Resolve(ticket, new PacketFacts { Application = 5 }));
        Assert.Equal(1, Ask(classifier, Tcp(80)));
        Assert.Equal((1, 0, 1), (classifier.Counters.Asked, classifier.Counters.NotAsked, classifier.Counters.Answered));

        classifier.Replace(new ClassifierRules(3, new ClassifierRule(4).Application(5)));
        Assert.False(classifier.Resolve(ticket, new PacketFacts { Application = 5 })); // it was for other rules
        Assert.Equal(3, Ask(classifier, Tcp(80)));
        Assert.True(classifier.Resolve(foreign.Tickets[1], new PacketFacts { Application = 5 }));
        Assert.Equal(4, Ask(classifier, Tcp(80)));

        foreign.IsFull = true;
        Assert.Equal(3, Ask(classifier, Tcp(81)));
        Assert.Equal(1, classifier.Counters.NotAsked);
    }

    /// <summary>A foreign dissector shows what ours could not, and is not believed where ours could.</summary>
    [Fact]
    public void ForeignFacts_AddAndTakeNothingAway()
    {
        Assert.True(SpanDissector.TryRead(Tcp(80).Vlan(5).Build(), LinkLayer.Ethernet, out PacketFacts ours));
        PacketFacts lie = new(PacketFields.Ethernet | PacketFields.IPv6 | PacketFields.Icmp, EtherType.IPv6, protocol: IpProtocol.IcmpV6, upper: 9) { Length = 1, Application = 3, Dscp = 9 };
        Assert.Equal(ours with { Application = 3 }, ours.With(lie));
        Assert.Equal(ours, ours.With(default));

        byte[] authenticated = Tcp(80).Build();
        authenticated[23] = (byte)IpProtocol.Authentication; // which ours does not look behind
        Assert.True(SpanDissector.TryRead(authenticated, LinkLayer.Ethernet, out ours));
        PacketFacts more = new(PacketFields.IPv4 | PacketFields.Ports, EtherType.IPv4, protocol: IpProtocol.Udp, upper: 53, destinationPort: 99);
        PacketFacts both = ours.With(more);
        Assert.Equal((IpProtocol.Udp, 53, 99), (both.Protocol, both.SourcePort, both.DestinationPort));
        Assert.Equal((ours.Source, ours.SourceMac, ours.Length, ours.TimeToLive), (both.Source, both.SourceMac, both.Length, both.TimeToLive));
        Assert.Equal(ours.Fields | PacketFields.Ports, both.Fields);
    }

    [Fact]
    public void KnownFlow_AllocatesNothing()
    {
        PacketClassifier classifier = Make(new ClassifierRule(1).DestinationPort(80));
        byte[] frame = Tcp(80).Build();
        classifier.Classify(frame, LinkLayer.Ethernet);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            classifier.Classify(frame, LinkLayer.Ethernet);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
    }

    /// <summary>While rules are replaced, each burst is answered by one set of them.</summary>
    [Fact]
    public async Task ReplacingWhileOthersAsk_MixesNothing()
    {
        PacketClassifier classifier = new(new ClassifierRules(0), new ClassifierOptions { Flows = 64 });
        using var stop = new CancellationTokenSource();
        Task[] askers = [.. Enumerable.Range(0, 3).Select(n => Task.Run(() =>
        {
            var batch = new FrameBatch(16);
            for (ushort port = 1; port <= 16; port++)
            {
                batch.TryAppend(Tcp(80, port).Build());
            }

            var answers = new int[16];
            while (!stop.IsCancellationRequested)
            {
                classifier.Classify(batch, LinkLayer.Ethernet, answers);
                Assert.Single(answers.Distinct());
                _ = classifier.Flows();
            }
        }))];
        for (int i = 1; i < 2000; i++)
        {
            classifier.Replace(new ClassifierRules(i));
        }

        await stop.CancelAsync();
        await Task.WhenAll(askers);
    }

    private static FrameBuilder Tcp(ushort port, ushort from = 1024) => new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 20, new TcpFields { SourcePort = from, DestinationPort = port });

    private static int Ask(PacketClassifier classifier, FrameBuilder frame) => classifier.Classify(frame.Build(), LinkLayer.Ethernet);

    private PacketClassifier Make(params ClassifierRule[] rules) => new(new ClassifierRules(0, rules), time: _time);

    private sealed class ForeignStub : IForeignDissector
    {
        internal List<FlowTicket> Tickets { get; } = [];

        internal bool IsFull { get; set; }

        public bool TryAsk(PacketClassifier classifier, in FlowTicket ticket, ReadOnlySpan<byte> octets, LinkLayer linkLayer)
        {
            if (!IsFull)
            {
                Tickets.Add(ticket);
            }

            return !IsFull;
        }
    }
}
