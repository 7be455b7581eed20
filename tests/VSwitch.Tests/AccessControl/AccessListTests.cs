using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.AccessControl;

public sealed class AccessListTests
{
    private static readonly ClassifierRule s_tcp = ClassifierRule.All.Protocol(IpProtocol.Tcp);

    [Fact]
    public void FirstMatch_Decides()
    {
        var list = new AccessList(
            "acl",
            [
                AccessRule.Deny(s_tcp.DestinationPort(23)),
                AccessRule.Permit(Programs.ArpOnly, "arp"),
                AccessRule.Permit(s_tcp),
                AccessRule.Deny(s_tcp.DestinationPort(80)), // never reached
            ]);
        Assert.Equal((0, false), Ask(list, Tcp(23)));
        Assert.Equal((1, true), Ask(list, new FrameBuilder().Type(EtherType.Arp).Build()));
        Assert.Equal((2, true), Ask(list, Tcp(80)));
        Assert.Equal((-1, false), Ask(list, new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20).Build()));
        Assert.Equal([1, 1, 1, 0], list.Hits.Select(h => h.Frames));
        Assert.Equal(list.Rules, list.Hits.Select(h => h.Rule));
        Assert.Equal(1, list.ImplicitDenies);
    }

    [Fact]
    public void EmptyList_DeniesEverything()
    {
        var list = new AccessList("acl", []);
        Assert.Equal((-1, false), Ask(list, Tcp(80)));
        Assert.Equal((-1, false), Ask(list, []));
        Assert.Equal((0, 2), (list.Hits.Count, list.ImplicitDenies));
    }

    [Fact]
    public void RuleWithoutCondition_IsForAllFrames()
    {
        Assert.Equal((0, true), Ask(new("acl", [AccessRule.Permit()]), []));
        Assert.Equal((0, true), Ask(new("acl", [AccessRule.Permit(ClassifierRule.All)]), new byte[3]));
        Assert.Equal((0, false), Ask(new("acl", [AccessRule.Deny(), AccessRule.Permit()]), Tcp(80)));
        Assert.Equal((0, false), Ask(new("acl", [AccessRule.Deny(Programs.All, "")]), []));
    }

    /// <summary>A runt meets no condition, not even one on what is not there.</summary>
    [Fact]
    public void FrameThatCannotBeRead_MeetsNoConditions()
    {
        var list = new AccessList("acl", [AccessRule.Permit(ClassifierRule.All.EtherType(EtherType.None)), AccessRule.Permit(ClassifierRule.All.Where(_ => true))]);
        Assert.Equal((-1, false), Ask(list, new byte[13]));
        Assert.Equal((0, true), Ask(list, new byte[14]));
    }

    [Fact]
    public void Find_CountsNothing()
    {
        var list = new AccessList("acl", [AccessRule.Permit(ClassifierRule.All.Where(_ => throw new InvalidOperationException())), AccessRule.Permit(s_tcp)]);
        Assert.Equal(1, list.Find(Tcp(80)));
        Assert.Equal(-1, list.Find(new byte[60]));
        Assert.Equal((0, 0, 0), (list.Hits.Sum(h => h.Frames), list.ImplicitDenies, list.RuleFaults));
    }

    [Fact]
    public void ConditionThatThrows_IsNotMet_AndCounted()
    {
        ClassifierRule throws = ClassifierRule.All.Where(f => f.Length > 60 ? throw new InvalidOperationException() : true);
        var list = new AccessList("acl", [AccessRule.Deny(throws), AccessRule.Permit(throws.Protocol(IpProtocol.Udp)), AccessRule.Permit(s_tcp)]);
        Assert.True(list.Permits(new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 100).Build()));
        Assert.False(list.Permits(new byte[60]));
        Assert.Equal([1, 0, 1], list.Hits.Select(h => h.Frames));
        Assert.Equal(1, list.RuleFaults); // the second rule is for UDP: its other condition is not asked
    }

    [Fact]
    public void Frame_IsReadAtMostOnce_AndOnlyWhenARuleNeedsIt()
    {
        // What a rule sees of a frame does not change when an earlier one looked at it.
        List<int> seen = [];
        ClassifierRule sees = ClassifierRule.All.Where(f =>
        {
            seen.Add(f.DestinationPort);
            return false;
        });
        var list = new AccessList("acl", [AccessRule.Deny(sees), AccessRule.Deny(Programs.ArpOnly, "arp"), AccessRule.Deny(sees), AccessRule.Permit()]);
        Assert.Equal((3, true), Ask(list, Tcp(80)));
        Assert.Equal((1, false), Ask(list, new FrameBuilder().Type(EtherType.Arp).Build()));
        Assert.Equal([80, 80, 80, 80, 0, 0], seen);
    }

    [Fact]
    public void Rules_AreSaidAsPeopleWriteThem()
    {
        Assert.Equal("deny tcp dst port 23", AccessRule.Deny(Programs.All, "tcp dst port 23").ToString());
        Assert.Equal("permit protocol Tcp, destination port 80/443", AccessRule.Permit(s_tcp.DestinationPort(80, 443)).ToString());
        Assert.Equal("permit", AccessRule.Permit().ToString());
        Assert.Equal("deny", AccessRule.Deny(ClassifierRule.All).ToString());
        Assert.Equal(AccessAction.Deny, AccessRule.Deny().Action);
    }

    [Fact]
    public void List_IsBounded()
    {
        AccessRule[] rules = [.. Enumerable.Repeat(AccessRule.Deny(s_tcp.DestinationPort(1)), AccessList.MaxRules)];
        Assert.Equal((-1, false), Ask(new("acl", rules), Tcp(80)));
        Assert.Throws<ArgumentException>(() => new AccessList("acl", [.. rules, AccessRule.Permit()]));
        Assert.Throws<ArgumentException>(() => new AccessList("acl", [null!]));
        Assert.Throws<ArgumentException>(() => new AccessList(" ", []));
    }

    [Fact]
    public async Task Hits_OfSeveralThreads_AreExact()
    {
        const int Frames = 50_000;
        const int Threads = 4;
        ClassifierRule throws = ClassifierRule.All.DestinationPort(25).Where(_ => throw new InvalidOperationException());
        var list = new AccessList("acl", [AccessRule.Deny(throws), AccessRule.Deny(s_tcp.DestinationPort(23)), AccessRule.Permit(Programs.ArpOnly, "arp")]);
        byte[][] frames = [Tcp(23), new FrameBuilder().Type(EtherType.Arp).Build(), Tcp(80), Tcp(25)];
        using var start = new Barrier(Threads);
        int[] permitted = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, Frames).Count(i => list.Permits(frames[i % frames.Length]));
            },
            TaskCreationOptions.LongRunning)));
        const int Each = Frames * Threads / 4;
        Assert.Equal([0, Each, Each], list.Hits.Select(h => h.Frames));
        Assert.Equal((2 * Each, Each, Each), (list.ImplicitDenies, list.RuleFaults, permitted.Sum()));
    }

    [Fact]
    public void AnyOctets_NeverThrow()
    {
        const int Seed = 6;
        var random = new Random(Seed);
        byte[][] seeds = [new FrameBuilder().Vlan(5).Vlan(6).Tcp("10.0.0.1", "10.0.0.2", 30).Build(), new FrameBuilder().Udp("fd00::1", "fd00::2", 30).Build()];
        for (int i = 0; i < 500; i++)
        {
            AccessList list = RandomList(random);
            for (int j = 0; j < 100; j++)
            {
                byte[] frame = seeds[j % 2][..random.Next(seeds[j % 2].Length)];
                if (frame.Length > 0)
                {
                    frame[random.Next(frame.Length)] = (byte)random.Next(256);
                }

                int found = -2;
                Exception? exception = Record.Exception(() => found = list.Find(frame));
                Assert.True(exception is null && found >= -1 && found < list.Rules.Count, $"seed {Seed}, list {i}, frame {j}: {exception}");
                Assert.Equal(found >= 0 && list.Rules[found].Action == AccessAction.Permit, list.Permits(frame));
            }

            Assert.Equal(100, list.Hits.Sum(h => h.Frames) + list.ImplicitDenies);
        }
    }

    private static AccessList RandomList(Random random) => new(
        "acl",
        Enumerable.Range(0, random.Next(20)).Select(i => random.Next(4) switch
        {
            0 => AccessRule.Deny(Programs.Of(RandomPrograms.Next(random)), "random"),
            1 => AccessRule.Permit(s_tcp.DestinationPort((ushort)random.Next(5000, 5003))),
            2 => AccessRule.Permit(ClassifierRule.All.InnerVlan((ushort)random.Next(8)).IpVersion(4)),
            _ => AccessRule.Deny(ClassifierRule.All.From("fd00::/16").Where(f => 10 / (f.Length % 3) == 5)),
        }).ToArray());

    private static (int Rule, bool IsPermitted) Ask(AccessList list, byte[] frame) => (list.Find(frame), list.Permits(frame));

    private static byte[] Tcp(ushort port) => new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 10, new TcpFields { DestinationPort = port }).Build();
}
