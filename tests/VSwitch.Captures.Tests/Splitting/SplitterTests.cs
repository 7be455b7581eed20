using VSwitch.Captures.Splitting;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Captures.Tests.Splitting;

public sealed class SplitterTests
{
    private const byte Syn = 0x02, SynAck = 0x12, Ack = 0x10, EcnSyn = 0xC2;

    private static byte[] Tcp(string from, string to, byte flags, int vlan = 0)
    {
        FrameBuilder frame = new FrameBuilder().Tcp(from, to, 4, new TcpFields { Flags = flags });
        return (vlan == 0 ? frame : frame.Vlan(vlan)).Build();
    }

    [Fact]
    public void Interfaces_AreTheSides()
    {
        var splitter = new InterfaceSplitter([2]);
        Assert.Equal(TrafficSide.Primary, splitter.SideOf(1, 2, []));
        Assert.Equal(TrafficSide.Secondary, splitter.SideOf(1, 0, []));
        Assert.Equal(TrafficSide.Secondary, new InterfaceSplitter([2], new(Reverse: true)).SideOf(1, 2, []));
    }

    [Theory]
    [InlineData("10.0.0.1", TrafficSide.Primary)]
    [InlineData("11.0.0.1", TrafficSide.Secondary)]
    [InlineData("fd00::1", TrafficSide.Primary)]
    public void Networks_AreOfTheSource_BehindTags(string source, TrafficSide expected)
    {
        var splitter = new NetworkSplitter([IpPrefix.Parse("10.0.0.0/8"), IpPrefix.Parse("fd00::/16")]);
        string to = source.Contains(':', StringComparison.Ordinal) ? "fd01::2" : "10.0.0.2";
        Assert.Equal(expected, splitter.SideOf(1, 0, Tcp(source, to, Ack)));
        Assert.Equal(expected, splitter.SideOf(1, 0, Tcp(source, to, Ack, vlan: 7)));
    }

    [Theory]
    [InlineData(Syn, false, HostMode.Server)]
    [InlineData(EcnSyn, false, HostMode.Server)]
    [InlineData(SynAck, true, HostMode.Client)]
    [InlineData(Ack, true, HostMode.Server)]
    [InlineData(Ack, false, HostMode.Client)]
    [InlineData(Ack, true, HostMode.Bridge)]
    [InlineData(Ack, false, HostMode.First)]
    public void Roles_ComeFromTcpFlags(byte flags, bool isServer, HostMode mode)
    {
        var roles = new HostRoles();
        byte[] frame = Tcp("fd00::1", "fd00::2", flags);
        roles.Observe(frame);
        Assert.Equal(isServer ? TrafficSide.Secondary : TrafficSide.Primary, roles.Decide(mode).SideOf(1, 0, frame));
    }

    [Fact]
    public void Roles_WeighByTheRatio()
    {
        var roles = new HostRoles();
        byte[] frame = Tcp("10.0.0.1", "10.0.0.2", Syn);
        roles.Observe(frame);
        roles.Observe(frame);
        for (int i = 0; i < 3; i++)
        {
            roles.Observe(Tcp("10.0.0.1", "10.0.0.2", SynAck));
        }

        Assert.Equal(TrafficSide.Primary, roles.Decide(HostMode.Server).SideOf(1, 0, frame));
        Assert.Equal(TrafficSide.Secondary, roles.Decide(HostMode.Server, ratio: 1.5).SideOf(1, 0, frame));
    }

    [Theory]
    [InlineData("10.0.0.77", TrafficSide.Secondary)] // as 10.0.0.1, a server, of the same /24
    [InlineData("10.9.9.9", TrafficSide.Secondary)]  // of the same /8
    [InlineData("20.0.0.9", TrafficSide.Primary)]    // as 20.0.0.1, a client
    [InlineData("30.0.0.1", TrafficSide.Primary)]    // nobody is known there
    public void Router_JudgesStrangersByTheirNetwork(string stranger, TrafficSide expected)
    {
        var roles = new HostRoles();
        byte[] frame = Tcp(stranger, "9.9.9.9", Ack);
        foreach (byte[] seen in new[] { Tcp("10.0.0.1", "9.9.9.9", SynAck), Tcp("20.0.0.1", "9.9.9.9", Syn), frame })
        {
            roles.Observe(seen);
        }

        Assert.Equal(expected, roles.Decide(HostMode.Router).SideOf(1, 0, frame));
    }

    [Fact]
    public void Rules_IncludeAndExclude_ButNotWhatTheyAreNotAbout()
    {
        byte[] tcp = Tcp("10.0.0.1", "20.0.0.1", Ack), arp = new FrameBuilder().ArpRequest("10.0.0.1", "10.0.0.2").Build();
        var all = new MacSplitter([], new(Reverse: true));
        var rule = new AddressRule(AddressRuleKind.Both, [IpPrefix.Parse("10.0.0.0/8")]);
        Assert.Equal(TrafficSide.Skip, new SelectingSplitter(all, rule).SideOf(1, 0, tcp));
        Assert.Equal(TrafficSide.Primary, new SelectingSplitter(all, rule, excludes: true).SideOf(1, 0, tcp));
        Assert.Equal(TrafficSide.Primary, new SelectingSplitter(all, rule).SideOf(1, 0, arp));
        var numbers = new NumberRule([(2, 3), (9, long.MaxValue)]);
        Assert.Equal(TrafficSide.Skip, new SelectingSplitter(all, numbers).SideOf(1, 0, tcp));
        Assert.Equal(TrafficSide.Primary, new SelectingSplitter(all, numbers).SideOf(1000, 0, tcp));
    }

    [Fact]
    public void AllSplitters_RandomOctetsAndEveryLength_GiveAVerdict()
    {
        var roles = new HostRoles();
        ISplitter[] splitters =
        [
            new NetworkSplitter([IpPrefix.Parse("0.0.0.0/1")]), new PatternSplitter("1$"), new PortSplitter([(IpProtocol.Tcp, 80)]), new MacSplitter([MacAddress.Broadcast]),
            new SelectingSplitter(new PortSplitter(), new AddressRule(AddressRuleKind.Either, [IpPrefix.Parse("::/1")])), roles.Decide(HostMode.Router),
        ];
        var random = new Random(3);
        byte[][] seeds = [Tcp("10.0.0.1", "10.0.0.2", Syn, vlan: 3), Tcp("fd00::1", "fd00::2", Syn), new FrameBuilder().Udp("fd00::1", "fd00::2", 9).Extensions(0, 43, 60).Build()];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] seed = seeds[i % seeds.Length];
            byte[] frame = seed[..random.Next(seed.Length + 1)];
            if (frame.Length > 0)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            roles.Observe(frame);
            Assert.All(splitters, s => Assert.InRange(s.SideOf(1, 0, frame), TrafficSide.Skip, TrafficSide.Secondary));
        }

        Assert.InRange(roles.Count, 2, HostRoles.MaxHosts);
    }
}
