using VSwitch.Classifying;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Classifying;

public sealed class ClassifierRuleTests
{
    private static readonly MacAddress s_group = MacAddress.Parse("01:00:00:00:00:00");

    [Theory]
    [InlineData(0x02, true)]
    [InlineData(0x42, true)]
    [InlineData(0x12, false)]
    [InlineData(0x10, false)]
    [InlineData(0x00, false)]
    public void TcpFlags_AllOfThese_NoneOfThose(byte flags, bool isMet)
    {
        byte[] frame = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 10, new TcpFields { Flags = flags }).Build();
        Assert.Equal(isMet, IsMet(ClassifierRule.All.TcpFlags(TcpFlags.Syn, TcpFlags.Ack), frame));
        Assert.True(IsMet(ClassifierRule.All.TcpFlags(TcpFlags.None), frame));
    }

    [Fact]
    public void TcpFlags_NeedTcp()
    {
        ClassifierRule any = ClassifierRule.All.TcpFlags(TcpFlags.None);
        Assert.False(IsMet(any, new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 10).Build()));
        Assert.False(IsMet(any, new FrameBuilder().Build()));
        Assert.Throws<ArgumentException>(() => ClassifierRule.All.TcpFlags(TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack));
    }

    [Fact]
    public void IcmpCode_NeedsIcmp()
    {
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 10).Build();
        Assert.False(IsMet(ClassifierRule.All.IcmpCode(0), frame));
        frame[23] = (byte)IpProtocol.Icmp;
        (frame[34], frame[35]) = (3, 4);
        Assert.True(IsMet(ClassifierRule.All.IcmpType(3).IcmpCode(1, 4), frame));
        Assert.False(IsMet(ClassifierRule.All.IcmpType(3).IcmpCode(3), frame));
    }

    [Fact]
    public void MacMasks_LookAtTheirBitsOnly()
    {
        byte[] frame = new FrameBuilder().From("02:00:5e:10:00:01").To("01:00:5e:00:00:fb").Build();
        Assert.True(IsMet(ClassifierRule.All.DestinationMacMask(s_group, s_group), frame));
        Assert.False(IsMet(ClassifierRule.All.SourceMacMask(s_group, s_group), frame));
        Assert.True(IsMet(ClassifierRule.All.SourceMacMask(default, s_group), frame));
        Assert.True(IsMet(ClassifierRule.All.SourceMacMask(MacAddress.Parse("02:00:5e:00:00:00"), MacAddress.Parse("ff:ff:ff:00:00:00")), frame));
        Assert.False(IsMet(ClassifierRule.All.SourceMacMask(MacAddress.Parse("02:00:5f:00:00:00"), MacAddress.Parse("ff:ff:ff:00:00:00")), frame));
        Assert.Throws<ArgumentException>(() => ClassifierRule.All.SourceMacMask(MacAddress.Broadcast, s_group));
        Assert.Throws<ArgumentException>(() => ClassifierRule.All.DestinationMacMask(MacAddress.Broadcast, s_group));
    }

    [Fact]
    public void InnerVlan_IsThatOfTheSecondTag()
    {
        Assert.True(IsMet(ClassifierRule.All.Vlan(10).InnerVlan(7, 20), new FrameBuilder().Vlan(10).Vlan(20).Build()));
        Assert.False(IsMet(ClassifierRule.All.InnerVlan(10), new FrameBuilder().Vlan(10).Vlan(20).Build()));
        Assert.False(IsMet(ClassifierRule.All.InnerVlan(0), new FrameBuilder().Vlan(10).Build()));
        Assert.True(IsMet(ClassifierRule.All.InnerVlan(0), new FrameBuilder().Vlan(10).Vlan(0).Build()));
    }

    [Fact]
    public void IpVersion_IsOfTheHeaderThatCanBeRead()
    {
        byte[] four = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 10).Build();
        byte[] six = new FrameBuilder().Vlan(3).Udp("fd00::1", "fd00::2", 10).Build();
        Assert.Equal((true, false), (IsMet(ClassifierRule.All.IpVersion(4), four), IsMet(ClassifierRule.All.IpVersion(6), four)));
        Assert.Equal((false, true), (IsMet(ClassifierRule.All.IpVersion(4), six), IsMet(ClassifierRule.All.IpVersion(6), six)));
        Assert.False(IsMet(ClassifierRule.All.IpVersion(4), four[..30]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassifierRule.All.IpVersion(5));
    }

    /// <summary>The quick look at the bits that values share holds back nothing that meets the condition.</summary>
    [Fact]
    public void AnyValues_AreMetByEachOfThem_AndByNoOther()
    {
        const int Seed = 8;
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            var values = new ushort[random.Next(4)];
            for (int v = 0; v < values.Length; v++)
            {
                values[v] = (ushort)random.Next(1, 16);
            }

            ushort port = (ushort)random.Next(1, 16);
            byte[] frame = new FrameBuilder().From(new MacAddress(port)).To(new MacAddress(port)).Vlan(port).Vlan(port)
                .Tcp("10.0.0.1", "10.0.0.2", 0, new TcpFields { SourcePort = port, DestinationPort = port }).Build();
            bool isMet = values.Contains(port);
            MacAddress[] stations = [.. values.Select(v => new MacAddress(v))];
            ClassifierRule[] rules =
            [
                ClassifierRule.All.SourcePort(values), ClassifierRule.All.DestinationPort(values), ClassifierRule.All.Vlan(values), ClassifierRule.All.InnerVlan(values),
                ClassifierRule.All.SourceMac(stations), ClassifierRule.All.DestinationMac(stations), ClassifierRule.All.SourcePort(values).DestinationPort(values).Vlan(values),
            ];
            Assert.All(rules, r => Assert.True(IsMet(r, frame) == isMet, $"seed {Seed}, {i}: {r}, {port}"));
        }
    }

    [Fact]
    public void Rule_IsSaidAsPeopleSayIt()
    {
        Assert.Equal("all → 3", new ClassifierRule(3).ToString());
        Assert.Equal(
            "ip version 4, tcp flags Syn not Ack, destination 01:00:00:00:00:00/01:00:00:00:00:00 → 2",
            new ClassifierRule(2).IpVersion(4).TcpFlags(TcpFlags.Syn, TcpFlags.Ack).DestinationMacMask(s_group, s_group).ToString());
    }

    private static bool IsMet(ClassifierRule rule, byte[] frame) => SpanDissector.TryRead(frame, out PacketFacts facts) && rule.IsMetBy(in facts);
}
