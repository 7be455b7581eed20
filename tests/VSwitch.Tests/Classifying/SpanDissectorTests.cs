using System.Buffers.Binary;
using System.Net;
using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Classifying;

public sealed class SpanDissectorTests
{
    [Fact]
    public void Tcp_ShowsAll()
    {
        byte[] frame = new FrameBuilder().From("02:00:00:00:00:0a").To("02:00:00:00:00:0b").Vlan(10).Tcp("10.0.0.1", "10.0.0.2", 30, new TcpFields { SourcePort = 4000, DestinationPort = 443, Flags = 0x12 }).Build();
        PacketFacts facts = Read(frame);
        Assert.Equal(PacketFields.Ethernet | PacketFields.Vlan | PacketFields.IPv4 | PacketFields.Ports | PacketFields.TcpFlags, facts.Fields);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:0a"), facts.SourceMac);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:0b"), facts.DestinationMac);
        Assert.Equal((EtherType.IPv4, 10), (facts.EtherType, facts.Vlan.Value));
        Assert.Equal(("10.0.0.1", "10.0.0.2"), (facts.Source.ToString(), facts.Destination.ToString()));
        Assert.Equal((IpProtocol.Tcp, 4000, 443, TcpFlags.Syn | TcpFlags.Ack), (facts.Protocol, facts.SourcePort, facts.DestinationPort, facts.TcpFlags));
        Assert.Equal((64, 0, frame.Length), (facts.TimeToLive, facts.Dscp, facts.Length));
    }

    [Fact]
    public void Udp6OnBareIp_ShowsAll()
    {
        byte[] packet = new FrameBuilder().Udp("fd00::1", "fd00::2", 30, 53, 1024).Build()[EthernetHeader.Length..];
        packet[0] = 0x6B; // traffic class 0xB8: DSCP 46
        packet[1] = 0x80;
        PacketFacts facts = Read(packet, LinkLayer.Ip);
        Assert.Equal(PacketFields.IPv6 | PacketFields.Ports, facts.Fields);
        Assert.Equal((EtherType.IPv6, IpProtocol.Udp, 46, 64), (facts.EtherType, facts.Protocol, facts.Dscp, facts.TimeToLive));
        Assert.Equal(("fd00::1", "fd00::2", 53, 1024), (facts.Source.ToString(), facts.Destination.ToString(), facts.SourcePort, facts.DestinationPort));
    }

    [Fact]
    public void Arp_ShowsOperationAndAddresses()
    {
        byte[] message = new byte[28];
        BinaryPrimitives.WriteUInt64BigEndian(message, 0x0001_0800_0604_0002);
        IPAddress.Parse("10.0.0.1").TryWriteBytes(message.AsSpan(14), out _);
        IPAddress.Parse("10.0.0.9").TryWriteBytes(message.AsSpan(24), out _);
        PacketFacts facts = Read(new FrameBuilder().Type(EtherType.Arp).Payload(message).Build());
        Assert.Equal(PacketFields.Ethernet | PacketFields.Arp, facts.Fields);
        Assert.Equal((2, "10.0.0.1", "10.0.0.9"), (facts.ArpOperation, facts.Source.ToString(), facts.Destination.ToString()));

        message[4] = 8; // no such hardware address
        Assert.Equal(PacketFields.Ethernet, Read(new FrameBuilder().Type(EtherType.Arp).Payload(message).Build()).Fields);
    }

    [Fact]
    public void Icmp_OfItsFamilyOnly()
    {
        PacketFacts four = Read(Upper(1, [8, 3, 0, 0]));
        Assert.True(four.Has(PacketFields.Icmp));
        Assert.Equal((8, 3), (four.IcmpType, four.IcmpCode));
        Assert.False(Read(Upper(58, [128, 0, 0, 0])).Has(PacketFields.Icmp));
        Assert.False(Read(Upper(1, [8, 3, 0])).Has(PacketFields.Icmp));
    }

    [Fact]
    public void PaddingOfShortFrames_IsNotTheSegment()
    {
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 30).Build();
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 20); // the packet ends behind its header
        Assert.False(Read(frame).Has(PacketFields.Ports));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 0); // a super-frame too long for the field
        Assert.True(Read(frame).Has(PacketFields.Ports));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 65_535); // the front of a packet
        Assert.True(Read(frame).Has(PacketFields.Ports));
    }

    [Theory]
    [InlineData(0x2000)] // the first
    [InlineData(0x2001)]
    [InlineData(0x0001)] // the last
    public void FragmentsOfIPv4_AreOneFlow(int fragment)
    {
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 30, 1, 2).Build();
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(20), (ushort)fragment);
        PacketFacts facts = Read(frame);
        Assert.Equal(PacketFields.Ethernet | PacketFields.IPv4 | PacketFields.Fragment, facts.Fields);

        byte[] other = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 99, 3, 4).Build();
        BinaryPrimitives.WriteUInt16BigEndian(other.AsSpan(20), 0x2010);
        Assert.Equal(facts.Flow, Read(other).Flow);
    }

    [Theory]
    [InlineData(0x0000, true)]  // all in one part
    [InlineData(0x0001, false)] // the first of more
    [InlineData(0x0008, false)]
    public void FragmentHeaderOfIPv6(int fragment, bool hasPorts)
    {
        byte[] udp = new FrameBuilder().Udp("fd00::1", "fd00::2", 30, 7, 8).Build();
        byte[] header = [17, 0, 0, 0, 0, 0, 0, 1];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)fragment);
        PacketFacts facts = Read(WithExtension(udp, 44, header));
        Assert.Equal(IpProtocol.Udp, facts.Protocol);
        Assert.Equal((hasPorts, !hasPorts), (facts.Has(PacketFields.Ports), facts.Has(PacketFields.Fragment)));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void ExtensionHeaders_AreBounded(int headers, bool hasPorts)
    {
        byte[] frame = new FrameBuilder().Udp("fd00::1", "fd00::2", 30, 7, 8).Build();
        for (int i = 0; i < headers; i++)
        {
            frame = WithExtension(frame, 60, [frame[20], 0, 1, 4, 0, 0, 0, 0]);
        }

        Assert.Equal(hasPorts, Read(frame).Has(PacketFields.Ports));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(SpanDissector.MaxTags, true)]
    [InlineData(SpanDissector.MaxTags + 1, false)]
    public void Tags_AreBounded(int tags, bool hasPorts)
    {
        FrameBuilder builder = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 30);
        for (int i = 0; i < tags; i++)
        {
            builder.Vlan(10 + i, tpid: i == 0 ? EtherType.ServiceVlan : EtherType.CustomerVlan);
        }

        PacketFacts facts = Read(builder.Build());
        Assert.Equal(hasPorts, facts.Has(PacketFields.Ports));
        Assert.Equal((10, tags > 1 ? 11 : 0), (facts.Vlan.Value, facts.InnerVlan.Value));
    }

    [Fact]
    public void LengthInPlaceOfEtherType_IsNoPartOfTheFlow() =>
        Assert.Equal(Read(new FrameBuilder().Type((EtherType)46).Build()).Flow, Read(new FrameBuilder().Type((EtherType)100).Build()).Flow);

    [Fact]
    public void Unreadable_IsFalse()
    {
        Assert.False(SpanDissector.TryRead(new byte[13], LinkLayer.Ethernet, out PacketFacts facts));
        Assert.Equal((PacketFields.None, 13), (facts.Fields, facts.Length));
        Assert.False(SpanDissector.TryRead([], LinkLayer.Ip, out _));
        Assert.False(SpanDissector.TryRead([0x50, .. new byte[60]], LinkLayer.Ip, out _));
    }

    [Fact]
    public void AnyOctets_NeverThrow_AndContradictNothing()
    {
        var random = new Random(1);
        byte[][] seeds =
        [
            new FrameBuilder().Vlan(5).Vlan(6).Tcp("10.0.0.1", "10.0.0.2", 30).Build(),
            WithExtension(new FrameBuilder().Udp("fd00::1", "fd00::2", 30).Build(), 60, [17, 0, 1, 4, 0, 0, 0, 0]),
            new byte[60],
        ];
        for (int i = 0; i < 200_000; i++)
        {
            byte[] octets = [.. seeds[i % seeds.Length]];
            for (int change = random.Next(6); change > 0; change--)
            {
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            }

            if (i % 7 == 0)
            {
                random.NextBytes(octets);
            }

            LinkLayer linkLayer = i % 2 == 0 ? LinkLayer.Ethernet : LinkLayer.Ip;
            ReadOnlySpan<byte> packet = octets.AsSpan(i % 3 == 0 && linkLayer == LinkLayer.Ip ? 14 : 0)[..random.Next(octets.Length - 14)];
            _ = SpanDissector.TryRead(packet, linkLayer, out PacketFacts facts);
            Invariants.Check(facts, packet, linkLayer);
        }
    }

    [Fact]
    public void Facts_SurviveTheirWritten()
    {
        var random = new Random(2);
        var octets = new byte[PacketFacts.EncodedLength];
        PacketFacts facts = Read(new FrameBuilder().Vlan(7).Tcp("10.0.0.1", "10.0.0.2", 30).Build()) with { Application = 77 };
        facts.Write(octets);
        Assert.True(PacketFacts.TryRead(octets, out PacketFacts read));
        Assert.Equal(facts, read);
        Assert.False(PacketFacts.TryRead(octets.AsSpan(1), out _));
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(octets);
            _ = PacketFacts.TryRead(octets, out _);
        }
    }

    private static PacketFacts Read(byte[] packet, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        Assert.True(SpanDissector.TryRead(packet, linkLayer, out PacketFacts facts));
        return facts;
    }

    private static byte[] Upper(byte protocol, byte[] octets)
    {
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 0).Build()[..34];
        frame[23] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(20 + octets.Length));
        return [.. frame, .. octets];
    }

    /// <summary>Puts an extension header behind the IPv6 header of a frame without tags.</summary>
    private static byte[] WithExtension(byte[] frame, byte type, byte[] header)
    {
        const int Behind = EthernetHeader.Length + 40;
        byte[] longer = [.. frame[..Behind], .. header, .. frame[Behind..]];
        longer[20] = type;
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(18), (ushort)(longer.Length - Behind));
        return longer;
    }
}
