using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Devices.Tests.Filters;

/// <summary>Typed conditions beside the same conditions in tcpdump's words, on real frames.</summary>
/// <remarks>
/// The two mean different things by some frames, and these are left out: parts of datagrams (tcpdump reads ports in the first), headers that are cut or contradict themselves (ours shows nothing of them), IPv6 extension
/// headers (tcpdump looks at the first header only), and frames with more tags than the expression has a "vlan" for (tcpdump does not look behind them).
/// </remarks>
public sealed class ConditionTests(ITestOutputHelper output)
{
    private const int MaxTags = 2;
    private const string Tags = "ether[12:2] = 0x8100 or ether[12:2] = 0x88a8";

    private static readonly MacAddress s_group = MacAddress.Parse("01:00:00:00:00:00");
    private static readonly ClassifierRule s_all = ClassifierRule.All;

    private static readonly (ClassifierRule Typed, string Expression)[] s_pairs =
    [
        (s_all.IpVersion(4), "ip"),
        (s_all.IpVersion(6), "ip6"),
        (s_all.EtherType(EtherType.Arp), "arp"),
        (s_all.EtherType((EtherType)0x88CC), "ether proto 0x88cc"),
        (s_all.EtherType(EtherType.None), "ether[12:2] < 1536"),
        (s_all.Protocol(IpProtocol.Tcp), "tcp"),
        (s_all.Protocol(IpProtocol.Udp), "udp"),
        (s_all.Protocol(IpProtocol.Icmp).IpVersion(4), "icmp"),
        (s_all.Protocol(IpProtocol.IcmpV6).IpVersion(6), "icmp6"),
        (s_all.Protocol(IpProtocol.Tcp).DestinationPort(80, 443), "tcp dst port 80 or tcp dst port 443"),
        (s_all.Protocol(IpProtocol.Tcp).SourcePort(80), "tcp src port 80"),
        (s_all.Protocol(IpProtocol.Udp).DestinationPort(53), "udp dst port 53"),
        (s_all.DestinationPort(53), "dst port 53"),
        (s_all.SourcePortRange(1, 1023), "src portrange 1-1023"),
        (s_all.DestinationPortRange(8000, 65535), "dst portrange 8000-65535"),
        (s_all.From("10.0.0.0/8"), "src net 10.0.0.0/8 and not rarp"), // which libpcap looks into, too
        (s_all.To("192.168.0.0/16"), "dst net 192.168.0.0/16 and not rarp"),
        (s_all.IpVersion(4).To("224.0.0.0/4"), "ip and dst net 224.0.0.0/4"), // "ip multicast" of libpcap is all from 224.0.0.0 up
        (s_all.From("fe80::/10"), "src net fe80::/10"),
        (s_all.To("ff00::/8"), "ip6 multicast"),
        (s_all.SourceMac(MacAddress.Parse("00:00:00:00:00:00")), "ether src 00:00:00:00:00:00"),
        (s_all.DestinationMac(MacAddress.Broadcast), "ether broadcast"),
        (s_all.DestinationMacMask(s_group, s_group), "ether multicast"),
        (s_all.SourceMacMask(MacAddress.Parse("00:0c:29:00:00:00"), MacAddress.Parse("ff:ff:ff:00:00:00")), "ether[6:4] & 0xffffff00 = 0x000c2900"),
        (s_all.Vlan(217), "vlan 217"),
        (s_all.Vlan(301).Protocol(IpProtocol.Tcp), "vlan 301 and tcp"),
        (s_all.Vlan(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), "vlan and ether[14:2] & 0xfff < 10"),
        (s_all.Vlan(13).InnerVlan(10), "vlan 13 and vlan 10"),
        (s_all.InnerVlan(120, 200), "vlan and (vlan 120 or ether[18:2] & 0xfff = 200)"),
        (s_all.Untagged(), $"not ({Tags})"),
        (s_all.Protocol(IpProtocol.Tcp).IpVersion(4).TcpFlags(TcpFlags.Syn, TcpFlags.Ack), "tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn"),
        (s_all.IpVersion(4).TcpFlags(TcpFlags.None, TcpFlags.Psh), "tcp[tcpflags] & tcp-push = 0"),
        (s_all.IpVersion(4).TcpFlags(TcpFlags.Fin | TcpFlags.Ack), "tcp[13] & 0x11 = 0x11"),
        (s_all.IpVersion(4).IcmpType(8), "icmp[icmptype] = icmp-echo"),
        (s_all.IpVersion(4).IcmpType(3).IcmpCode(2, 3), "icmp[0] = 3 and (icmp[1] = 2 or icmp[1] = 3)"),
        (s_all.IpVersion(6).IcmpType(135, 136), "icmp6[0] = 135 or icmp6[0] = 136"),
        (s_all.IpVersion(4).Dscp(46), "ip[1] >> 2 = 46"),
        (s_all.EtherType(EtherType.Arp).ArpOperation(1), "arp[6:2] = 1"),
        (s_all.Where(f => f.Length > 1000), "len > 1000"),
        (s_all, ""),
    ];

    [Fact]
    public void TypedConditions_AgreeWithTcpdump()
    {
        Libpcap.Require();
        byte[][] frames = [.. Captures.Frames(LinkLayer.Ethernet, int.MaxValue).Where(IsPlain)];
        byte[][][] frameSets = [.. Enumerable.Range(0, MaxTags + 1).Select(tags => frames.Where(f => TagsOf(f) <= tags).ToArray())];
        Assert.Equal(MaxTags + 1, frameSets.Select(s => s.Length).Distinct().Count());
        int matches = 0;
        foreach ((ClassifierRule typed, string expression) in s_pairs)
        {
            var ours = new AccessList("ours", [AccessRule.Permit(typed)]);
            var theirs = new AccessList("theirs", [AccessRule.Permit(PcapFilter.Compile(expression), expression)]);
            int tags = expression.Contains(Tags, StringComparison.Ordinal) ? MaxTags : expression.AsSpan().Count("vlan ");
            foreach (byte[] frame in frameSets[Math.Min(tags, MaxTags)])
            {
                Assert.True(
                    ours.Permits(frame) == theirs.Permits(frame),
                    $"{ours.Rules[0]} {ours.Find(frame)}, {theirs.Rules[0]} {theirs.Find(frame)}: {Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 96)))}");
            }

            output.WriteLine($"{ours.Hits[0].Frames,6} {expression}");
            matches += ours.Hits[0].Frames > 0 ? 1 : 0;
        }

        output.WriteLine($"{s_pairs.Length} pairs, {string.Join(" < ", frameSets.Select(s => s.Length))} frames");
        Assert.InRange(matches, s_pairs.Length - 6, s_pairs.Length);
    }

    private static int TagsOf(byte[] frame)
    {
        int tags = 0;
        while (tags <= MaxTags && frame.Length >= 18 + (4 * tags) && frame.AsSpan(12 + (4 * tags), 2) is [0x81, 0x00] or [0x88, 0xA8])
        {
            tags++;
        }

        return tags;
    }

    /// <summary>A frame by which both mean the same: it can be read to its end, and is whole.</summary>
    private static bool IsPlain(byte[] frame)
    {
        int tags = TagsOf(frame);
        if (tags > MaxTags || !SpanDissector.TryRead(frame, LinkLayer.Ethernet, out PacketFacts facts) || facts.Has(PacketFields.Fragment))
        {
            return false;
        }

        ReadOnlySpan<byte> behind = frame.AsSpan(14 + (4 * tags));
        return facts.EtherType switch
        {
            EtherType.IPv4 => facts.Has(PacketFields.IPv4) && IsWhole(facts),
            EtherType.IPv6 => facts.Has(PacketFields.IPv6) && behind[6] == (byte)facts.Protocol && IsWhole(facts),
            EtherType.Arp => facts.Has(PacketFields.Arp),
            _ => true,
        };
    }

    private static bool IsWhole(in PacketFacts facts) => facts.Protocol switch
    {
        IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp => facts.Has(PacketFields.Ports),
        IpProtocol.Icmp => facts.Has(PacketFields.IPv4) && facts.Has(PacketFields.Icmp),
        IpProtocol.IcmpV6 => facts.Has(PacketFields.IPv6) && facts.Has(PacketFields.Icmp),
        _ => true,
    };
}
