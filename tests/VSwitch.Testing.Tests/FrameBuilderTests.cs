using VSwitch.Testing.Expecting;
using Oracle = VSwitch.TestKit.FrameBuilder;

namespace VSwitch.Testing.Tests;

/// <summary>Against the builder of the product's own tests, which was written apart.</summary>
public sealed class FrameBuilderTests
{
    private const string One = "02:00:00:00:00:0a";
    private const string Two = "02:00:00:00:00:0b";

    [Fact]
    public void Build_Nothing_IsAFrameOfSixtyOctets() => Assert.Equal(new Oracle().Build(), new FrameBuilder().Build());

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void Build_TcpAndUdp_HasLengthsAndChecksums(string from, string to)
    {
        for (int octets = 0; octets < 70; octets++)
        {
            byte[] payload = [.. Enumerable.Range(0, octets).Select(i => (byte)(i * 7))];
            byte[] tcp = Begin().Ip(from, to).Tcp(1024, 80, TcpFlags.Syn, 7, 9).Payload(payload).Build();
            byte[] udp = Begin().Ip(from, to).Udp(1024, 53).Payload(payload).Build();
            AssertSame(new Oracle().From(One).To(Two).Tcp(from, to, octets, new() { SourcePort = 1024, DestinationPort = 80, Flags = 2, Sequence = 7, Acknowledgment = 9 }).Build(), tcp);
            AssertSame(new Oracle().From(One).To(Two).Udp(from, to, octets, 1024, 53).Build(), udp);
        }
    }

    [Fact]
    public void Build_Arp_IsThatOfRfc826()
    {
        Assert.Equal(new Oracle().From(One).ArpRequest("10.0.0.1", "10.0.0.2").Build(), Begin().ArpRequest("10.0.0.1", "10.0.0.2").Build());
        Assert.Equal(new Oracle().From(One).To(Two).ArpReply("10.0.0.1", "10.0.0.2").Build(), Begin().ArpReply("10.0.0.1", "10.0.0.2").Build());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", 8)]
    [InlineData("fe80::1", "fe80::2", 128)]
    public void Build_Echo_IsOfTheFamily(string from, string to, byte type)
    {
        byte[] expected = new Oracle().From(One).To(Two).Icmp(from, to, type, 0, 0, 5, 0, 6, 1, 2, 3).Build();
        AssertSame(expected, Begin().Ip(from, to).EchoRequest(5, 6).Payload([1, 2, 3]).Build());
        byte reply = type == 8 ? (byte)0 : (byte)129;
        AssertSame(new Oracle().From(One).To(Two).Icmp(from, to, reply, 0, 0, 5, 0, 6).Build(), Begin().Ip(from, to).EchoReply(5, 6).Build());
    }

    [Fact]
    public void Build_Tags_OuterFirst() => Assert.Equal(
        new Oracle().From(One).To(Two).Vlan(100, 3, EtherType.ServiceVlan).Vlan(7).Build(),
        Begin().Vlan(100, 3, EtherType.ServiceVlan).Vlan(7).Build());

    [Fact]
    public void Build_Shared_StepsDoNotChangeTheBuilder()
    {
        FrameBuilder begun = Begin();
        byte[] before = begun.Build();
        _ = begun.Vlan(5).Ip("10.0.0.1", "10.0.0.2", hops: 1, dscp: 46).Udp(1, 2).Payload("text").PadTo(100).Broadcast();
        Assert.Equal(before, begun.Build());
    }

    [Fact]
    public void Build_Hops_DscpAndPadding()
    {
        byte[] frame = Begin().Ip("10.0.0.1", "10.0.0.2", hops: 3, dscp: 46).Protocol(89).Payload("hello").PadTo().Build();
        Assert.Equal(60, frame.Length);
        Assert.Equal([46 << 2, 3, 89], new[] { frame[15], frame[22], frame[23] });
        Assert.Equal("hello"u8, frame.AsSpan(34, 5));
        Assert.All(frame[39..], octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void BuildPacket_IsTheFrameWithoutEthernet()
    {
        FrameBuilder frame = Begin().Vlan(3).Ip("10.0.0.1", "10.0.0.2").Udp(1, 2).Payload(3);
        Assert.Equal(frame.Build()[18..], frame.BuildPacket());
    }

    [Fact]
    public void Mistakes_AreSaid()
    {
        Assert.Contains("two families", Assert.Throws<ArgumentException>(() => Begin().Ip("10.0.0.1", "::1")).Message, StringComparison.Ordinal);
        Assert.Contains("Ip(from, to)", Assert.Throws<InvalidOperationException>(() => Begin().Udp(1, 2).Build()).Message, StringComparison.Ordinal);
        Assert.Contains("Ip(from, to)", Assert.Throws<InvalidOperationException>(() => Begin().EchoRequest()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Begin().Vlan(4096));
        Assert.Throws<OverflowException>(() => Begin().Ip("10.0.0.1", "10.0.0.2").Udp(65_536, 1));
        Assert.Throws<FormatException>(() => Begin().From("nobody"));
    }

    [Theory]
    [InlineData("02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff, arp who-has 10.0.0.2 tell 10.0.0.1, 42 octets")]
    public void Text_ArpRequest(string expected) => Assert.Equal(expected, FrameText.Of(Begin().ArpRequest("10.0.0.1", "10.0.0.2").Build()));

    [Fact]
    public void Text_SaysWhatTcpdumpWould()
    {
        const string Start = "02:00:00:00:00:0a > 02:00:00:00:00:0b, ";
        (FrameBuilder Frame, string Text)[] cases =
        [
            (Begin(), "type 0x88b5, 60 octets"),
            (Begin().Type((EtherType)40), "802.3, 60 octets"),
            (Begin().Vlan(10, 5).ArpReply("10.0.0.1", "10.0.0.2"), "vlan 10 p 5, arp 10.0.0.1 is-at 02:00:00:00:00:0a, 46 octets"),
            (Begin().Ip("10.0.0.1", "10.0.0.2").Tcp(1024, 80, TcpFlags.Syn | TcpFlags.Ack, 5), "10.0.0.1.1024 > 10.0.0.2.80: tcp [S.] seq 5, 54 octets"),
            (Begin().Ip("10.0.0.1", "10.0.0.2").Udp(1024, 53), "10.0.0.1.1024 > 10.0.0.2.53: udp, 42 octets"),
            (Begin().Ip("10.0.0.1", "10.0.0.2").EchoRequest(1, 9), "10.0.0.1 > 10.0.0.2: icmp echo request seq 9, 42 octets"),
            (Begin().Ip("fe80::1", "fe80::2").EchoReply(1, 9), "fe80::1 > fe80::2: icmp6 echo reply seq 9, 62 octets"),
            (Begin().Ip("10.0.0.1", "10.0.0.2").Protocol(89), "10.0.0.1 > 10.0.0.2: protocol 89, 34 octets"),
        ];
        Assert.All(cases, c => Assert.Equal(Start + c.Text, FrameText.Of(c.Frame.Build())));
        Assert.Equal("10.0.0.1.1 > 10.0.0.2.2: udp, 28 octets", FrameText.Of(Begin().Ip("10.0.0.1", "10.0.0.2").Udp(1, 2).BuildPacket(), LinkLayer.Ip));
    }

    [Fact]
    public void Text_AnyOctets_IsOneLine()
    {
        var random = new Random(7);
        byte[][] starts = [[], Begin().ArpRequest("10.0.0.1", "10.0.0.2").Build(), Begin().Vlan(1).Ip("10.0.0.1", "10.0.0.2").Tcp(1, 2).Build(), Begin().Ip("::1", "::2").EchoReply().Build()];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = [.. starts[i % starts.Length]];
            for (int k = random.Next(4); k > 0 && frame.Length > 0; k--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            frame = frame[..random.Next(frame.Length + 1)];
            string text = FrameText.Of(frame, (LinkLayer)random.Next(2));
            Assert.DoesNotContain('\n', text);
            Assert.EndsWith($"{frame.Length} octets", text, StringComparison.Ordinal);
        }
    }

    private static FrameBuilder Begin() => new FrameBuilder().From(One).To(Two);

    // The identification of IPv4 is the builder's own affair, and the header's checksum with it.
    private static void AssertSame(byte[] expected, byte[] frame)
    {
        if (frame[12] == 8)
        {
            foreach (byte[] octets in new[] { expected, frame })
            {
                uint sum = Enumerable.Range(0, 10).Aggregate(0u, (s, i) => s + (uint)((octets[14 + (2 * i)] << 8) | octets[15 + (2 * i)]));
                Assert.Equal(0xFFFFu, (sum & 0xFFFF) + (sum >> 16));
                octets.AsSpan(18, 2).Clear();
                octets.AsSpan(24, 2).Clear();
            }
        }

        Assert.Equal(expected, frame);
    }
}
