using VSwitch.Captures.Comparing;
using VSwitch.Captures.Comparing.Fields;
using VSwitch.Captures.Files;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using static VSwitch.Captures.Tests.Comparing.Captures;

namespace VSwitch.Captures.Tests.Comparing;

/// <summary>Each field: where it stands is written down here once more, by the RFCs.</summary>
public class FieldTests
{
    private static readonly Dictionary<string, byte[]> s_samples = new()
    {
        ["tcp"] = Options(new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 8, new TcpFields(1000, 2000, OptionOctets: 32)).Build()),
        ["udp"] = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 8).Build(),
        ["ping"] = new FrameBuilder().Echo("10.0.0.1", "10.0.0.2").Build(),
        ["tag"] = new FrameBuilder().Vlan(5, 3).Udp("10.0.0.1", "10.0.0.2", 8).Build(),
        ["arp"] = new FrameBuilder().Arp(1, new MacAddress(0x0200_0000_0001), "10.0.0.1", default, "10.0.0.2").Padding(18).Build(),
        ["v6"] = new FrameBuilder().Udp("fd00::1", "fd00::2", 8).Build(),
        ["ping6"] = new FrameBuilder().Echo("fd00::1", "fd00::2").Build(),
        ["ext"] = new FrameBuilder().Udp("fd00::1", "fd00::2", 8).Extensions(60).Build(),
        ["opt"] = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 8).Options(1, 1, 1, 0).Build(),
    };

    [Theory]
    [InlineData("eth.dst", "udp", 5, 0x40)]
    [InlineData("eth.src", "udp", 11, 0x40)]
    [InlineData("eth.padding", "arp", 59, 0x01)]
    [InlineData("vlan.priority", "tag", 14, 0x80)]
    [InlineData("vlan.dei", "tag", 14, 0x10)]
    [InlineData("vlan.id", "tag", 15, 0x01)]
    [InlineData("vlan.id", "tag", 14, 0x08)]
    [InlineData("arp.opcode", "arp", 21, 0x03)]
    [InlineData("arp.src.hw_mac", "arp", 27, 0x01)]
    [InlineData("arp.src.proto_ipv4", "arp", 31, 0x01)]
    [InlineData("arp.dst.hw_mac", "arp", 32, 0x01)]
    [InlineData("arp.dst.proto_ipv4", "arp", 41, 0x01)]
    [InlineData("ip.dscp", "udp", 15, 0x04)]
    [InlineData("ip.ecn", "udp", 15, 0x02)]
    [InlineData("ip.id", "udp", 19, 0x01)]
    [InlineData("ip.flags", "udp", 20, 0x40)]
    [InlineData("ip.ttl", "udp", 22, 0x01)]
    [InlineData("ip.checksum", "udp", 25, 0x01)]
    [InlineData("ip.src", "udp", 29, 0x04)]
    [InlineData("ip.dst", "udp", 33, 0x04)]
    [InlineData("ip.options", "opt", 35, 0x80)]
    [InlineData("ipv6.dscp", "v6", 15, 0x40)]
    [InlineData("ipv6.ecn", "v6", 15, 0x20)]
    [InlineData("ipv6.flow", "v6", 17, 0x01)]
    [InlineData("ipv6.flow", "v6", 15, 0x01)]
    [InlineData("ipv6.hlim", "v6", 21, 0x01)]
    [InlineData("ipv6.src", "v6", 37, 0x10)]
    [InlineData("ipv6.dst", "v6", 53, 0x10)]
    [InlineData("ipv6.extensions", "ext", 61, 0x10)]
    [InlineData("tcp.srcport", "tcp", 35, 0x01)]
    [InlineData("tcp.dstport", "tcp", 37, 0x01)]
    [InlineData("tcp.seq", "tcp", 41, 0x01)]
    [InlineData("tcp.ack", "tcp", 45, 0x01)]
    [InlineData("tcp.flags", "tcp", 47, 0x08)]
    [InlineData("tcp.flags", "tcp", 46, 0x01)]
    [InlineData("tcp.window", "tcp", 49, 0x01)]
    [InlineData("tcp.checksum", "tcp", 51, 0x01)]
    [InlineData("tcp.urgent_pointer", "tcp", 53, 0x01)]
    [InlineData("tcp.options.mss", "tcp", 57, 0x01)]
    [InlineData("tcp.options.wscale", "tcp", 61, 0x01)]
    [InlineData("tcp.options.timestamp", "tcp", 64, 0x01)]
    [InlineData("tcp.options.timestamp", "tcp", 71, 0x01)]
    [InlineData("tcp.options.sack", "tcp", 74, 0x01)]
    [InlineData("tcp.options", "tcp", 84, 0x02)]
    [InlineData("udp.srcport", "v6", 55, 0x01)]
    [InlineData("udp.dstport", "udp", 37, 0x01)]
    [InlineData("udp.length", "udp", 39, 0x01)]
    [InlineData("udp.checksum", "tag", 45, 0x01)]
    [InlineData("icmp.code", "ping", 35, 0x01)]
    [InlineData("icmp.checksum", "ping6", 57, 0x01)]
    [InlineData("icmp.id", "ping", 39, 0x01)]
    [InlineData("icmp.seq", "ping6", 61, 0x01)]
    [InlineData("icmp.type", "ping", 34, 0x08)]
    [InlineData("payload", "udp", 42, 0x01)]
    public void Compare_OneFieldChanged_IsNamed(string field, string sample, int octet, int bits)
    {
        byte[] before = s_samples[sample];
        byte[] after = [.. before];
        after[octet] ^= (byte)bits;
        CaptureComparison comparison = Compare(Of(before), Of(after));
        AssertCounts(comparison, 0, changed: 1);
        string change = Assert.Single(comparison.Differences[0].Changes);
        Assert.StartsWith($"{field} ", change, StringComparison.Ordinal);
        AssertCounts(Compare(Of(before), Of(after), Ignoring(field)), 1);
        AssertCounts(Compare(Of(before), Of(after), Ignoring($"frame[{octet}]")), 1);
        string[] others = [.. ComparedFields.All.Select(f => f.Name).Where(n => n != field && n is not ("vlan" or "time" or "checksums" or "arp.addresses"))];
        Assert.False(Compare(Of(before), Of(after), Ignoring(others)).IsEqual, "another field hides it");
    }

    [Theory]
    [InlineData("ip.ttl 64 -> 63", "udp", 22, 64 ^ 63)]
    [InlineData("ip.id 0x1234 -> 0x1235", "udp", 19, 1)]
    [InlineData("eth.dst 02:00:00:00:00:02 -> 02:00:00:00:00:42", "udp", 5, 0x40)]
    [InlineData("ipv6.dst fd00::2 -> fd00::12", "v6", 53, 0x10)]
    [InlineData("tcp.flags [A] -> [SA]", "tcp", 47, 2)]
    [InlineData("tcp.options.timestamp 7/9 -> 6/9", "tcp", 67, 1)]
    [InlineData("payload differs at octet 43 (1 octet)", "udp", 43, 1)]
    public void Compare_OneFieldChanged_IsShownInItsOwnWay(string text, string sample, int octet, int bits)
    {
        byte[] after = [.. s_samples[sample]];
        after[octet] ^= (byte)bits;
        Assert.Equal(text, Compare(Of(s_samples[sample]), Of(after)).Differences.Single().Text);
    }

    [Fact]
    public void Ignore_Vlan_TaggedIsUntagged()
    {
        byte[] untagged = s_samples["udp"];
        byte[] twice = new FrameBuilder().Vlan(7, tpid: Wire.EtherType.ServiceVlan).Vlan(5, 3).Udp("10.0.0.1", "10.0.0.2", 8).Build();
        foreach (byte[] tagged in new[] { s_samples["tag"], twice })
        {
            AssertCounts(Compare(Of(untagged), Of(tagged), Ignoring("vlan")), 1);
        }

        CaptureComparison comparison = Compare(Of(untagged), Of(s_samples["tag"]));
        AssertCounts(comparison, 0, changed: 1);
        Assert.Equal(
            "frame.len 50 -> 54, vlan.tpid 0x8100 only in actual, vlan.priority 3 only in actual, vlan.dei 0 only in actual, vlan.id 5 only in actual",
            comparison.Differences[0].Text);
    }

    [Fact]
    public void Ignore_Padding_ItsLengthDoesNotCount()
    {
        byte[] bare = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 8).Build();
        byte[] padded = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 8).Padding(10, 7).Build();
        AssertCounts(Compare(Of(bare), Of(padded), Ignoring("eth.padding")), 1);
        Assert.Equal("frame.len 50 -> 60, eth.padding of 10 octets only in actual", Compare(Of(bare), Of(padded)).Differences.Single().Text);
    }

    [Fact]
    public void Ignore_Groups_AreTheirMembers()
    {
        byte[] after = [.. s_samples["udp"]];
        after[25] ^= 1;
        after[41] ^= 1;
        AssertCounts(Compare(Of(s_samples["udp"]), Of(after), Ignoring("checksums")), 1);
        AssertCounts(Compare(Of(s_samples["udp"]), Of(after), Ignoring("ip.checksum")), 0, changed: 1);
        byte[] arp = [.. s_samples["arp"]];
        (arp[27], arp[31], arp[37], arp[41]) = (9, 9, 9, 9);
        AssertCounts(Compare(Of(s_samples["arp"]), Of(arp), Ignoring("arp.addresses")), 1);
        byte[] tcp = [.. s_samples["tcp"]];
        tcp[70] = 77;
        AssertCounts(Compare(Of(s_samples["tcp"]), Of(tcp), Ignoring("time")), 1);
    }

    [Fact]
    public void RelativeSequenceNumbers_OtherInitialNumbers_AreEqual()
    {
        static byte[] Talk(uint mine, uint its, uint skew = 0) => Of(
            new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 0, new TcpFields(mine, 0, 2)).Header(p => p[36] = p[37] = 0).Build(),
            new FrameBuilder().Tcp("10.0.0.2", "10.0.0.1", 0, new TcpFields(its, mine + 1, 0x12, 5001, 1024)).Build(),
            new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 10, new TcpFields(mine + 1 + skew, its + 1)).Build());

        ComparisonOptions options = new() { RelativeSequenceNumbers = true, Ignore = ["tcp.checksum"] };
        AssertCounts(Compare(Talk(1000, 2000), Talk(uint.MaxValue, 77), options), 3);
        AssertCounts(Compare(Talk(1000, 2000), Talk(uint.MaxValue, 77), options with { StrictOrder = true }), 3);
        AssertCounts(Compare(Talk(1000, 2000), Talk(5000, 77), options with { Ignore = ["tcp.checksum", "tcp.seq"] }), 3);
        Assert.False(Compare(Talk(1000, 2000), Talk(5000, 77), options with { RelativeSequenceNumbers = false }).IsEqual);
        CaptureComparison skewed = Compare(Talk(1000, 2000), Talk(5000, 77, 3), options);
        AssertCounts(skewed, 2, changed: 1);
        Assert.Equal("tcp.seq 1 -> 4", skewed.Differences[0].Text);
    }

    [Theory]
    [InlineData(LinkType.Raw, LinkType.IPv4)]
    [InlineData(LinkType.Raw12, LinkType.Raw14)]
    public void Compare_BareIp_IsTheSameUnderEachNumber(LinkType mine, LinkType its)
    {
        byte[] packet = s_samples["udp"][14..];
        byte[] other = [.. packet];
        other[8]--;
        AssertCounts(Compare(Of(mine, packet), Of(its, packet)), 1);
        Assert.Equal("ip.ttl 64 -> 63", Compare(Of(mine, packet), Of(its, other)).Differences.Single().Text);
    }

    [Fact]
    public void Compare_OtherLinkTypes_AreOctets()
    {
        byte[] packet = [1, 2, 3, 4, 5];
        AssertCounts(Compare(Of(LinkType.LinuxSll, packet), Of(LinkType.LinuxSll, packet)), 1);
        Assert.Equal("payload differs at octet 4 (1 octet)", Compare(Of(LinkType.LinuxSll, packet), Of(LinkType.LinuxSll, [1, 2, 3, 4, 6])).Differences.Single().Text);
        Assert.Equal("frame.link_type LinuxSll -> Null", Compare(Of(LinkType.LinuxSll, packet), Of(LinkType.Null, packet)).Differences.Single().Text);
    }

    /// <summary>Options of TCP: MSS, NOP, window scale, NOP, timestamps, SACK of one block, NOP.</summary>
    private static byte[] Options(byte[] frame)
    {
        byte[] options = [2, 4, 5, 0xB4, 1, 3, 3, 7, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1, 1, 1];
        options.CopyTo(frame, 54);
        return frame;
    }
}
