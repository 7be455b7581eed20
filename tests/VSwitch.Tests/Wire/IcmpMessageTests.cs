using System.Buffers.Binary;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Tests.TestAddresses;

namespace VSwitch.Tests.Wire;

public class IcmpMessageTests
{
    private const int EthernetOctets = EthernetHeader.Length;
    private const string V4Router = "10.0.0.254";
    private const string V6Router = "fd00::fe";

    [Theory]
    [InlineData(IcmpError.TimeExceeded, 11, 0)]
    [InlineData(IcmpError.NetUnreachable, 3, 0)]
    [InlineData(IcmpError.HostUnreachable, 3, 1)]
    [InlineData(IcmpError.PortUnreachable, 3, 3)]
    [InlineData(IcmpError.PacketTooBig, 3, 4)]
    [InlineData(IcmpError.AdministrativelyProhibited, 3, 13)]
    internal void WriteError_IPv4_IsAsInRfc792AndRfc1191(IcmpError kind, byte type, byte code)
    {
        byte[] packet = Udp("10.0.0.1", "10.9.0.1", 5);
        byte[] report = Report([.. packet, .. new byte[9]], V4Router, kind, mtu: 1400); // padding is not quoted
        byte mtuHigh = kind == IcmpError.PacketTooBig ? (byte)(1400 >> 8) : (byte)0;
        byte mtuLow = kind == IcmpError.PacketTooBig ? unchecked((byte)1400) : (byte)0;
        byte[] expected =
        [
            0x45, 0xC0, 0, (byte)(28 + packet.Length), 0, 0, 0x40, 0, 64, 1, 0, 0, .. Octets(V4Router), .. Octets("10.0.0.1"),
            type, code, 0, 0, 0, 0, mtuHigh, mtuLow, .. packet,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(10), NaiveChecksums.Of(expected.AsSpan(0, 20)));
        BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(22), NaiveChecksums.Of(expected.AsSpan(20)));
        Assert.Equal(expected, report);
    }

    [Theory]
    [InlineData(IcmpError.TimeExceeded, 3, 0)]
    [InlineData(IcmpError.NetUnreachable, 1, 0)]
    [InlineData(IcmpError.HostUnreachable, 1, 3)]
    [InlineData(IcmpError.PortUnreachable, 1, 4)]
    [InlineData(IcmpError.PacketTooBig, 2, 0)]
    [InlineData(IcmpError.AdministrativelyProhibited, 1, 1)]
    internal void WriteError_IPv6_IsAsInRfc4443(IcmpError kind, byte type, byte code)
    {
        byte[] packet = Udp("fd00::1", "fd09::1", 5);
        byte[] report = Report([.. packet, .. new byte[9]], V6Router, kind, mtu: 1400);
        byte mtuHigh = kind == IcmpError.PacketTooBig ? (byte)(1400 >> 8) : (byte)0;
        byte mtuLow = kind == IcmpError.PacketTooBig ? unchecked((byte)1400) : (byte)0;
        byte[] expected =
        [
            0x60, 0, 0, 0, 0, (byte)(8 + packet.Length), 58, 64, .. Octets(V6Router), .. Octets("fd00::1"),
            type, code, 0, 0, 0, 0, mtuHigh, mtuLow, .. packet,
        ];
        ushort checksum = NaiveChecksums.OfUpperLayer(expected.AsSpan(8, 32), 58, expected.AsSpan(40));
        BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(42), checksum);
        Assert.Equal(expected, report);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.9.0.1", V4Router, 576)]
    [InlineData("fd00::1", "fd09::1", V6Router, 1280)]
    public void WriteError_EveryLength_QuotesAsMuchAsFits(string from, string to, string router, int most)
    {
        for (int payload = 0; payload < 1600; payload += 13)
        {
            byte[] packet = Udp(from, to, payload);
            byte[] report = Report(packet, router, IcmpError.TimeExceeded);
            int headers = router == V4Router ? 28 : 48;
            Assert.Equal(Math.Min(most, headers + packet.Length), report.Length);
            Assert.True(NaiveChecksums.IsPacketRight(report));
            Assert.True(packet.AsSpan().StartsWith(report.AsSpan(headers)));
            Assert.False(IcmpMessage.MayReport(report, IcmpError.TimeExceeded)); // or they would answer each other for ever
        }
    }

    [Fact]
    public void WriteError_LongestHeaders_AreQuotedWhole()
    {
        byte[] packet = Udp("10.0.0.1", "10.9.0.1", 40);
        packet[0] = 0x4F;
        byte[] report = Report(packet, V4Router, IcmpError.HostUnreachable);
        Assert.Equal(packet, report[28..]);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.9.0.1", true)]
    [InlineData("10.0.0.1", "224.0.0.5", false)]
    [InlineData("10.0.0.1", "255.255.255.255", false)]
    [InlineData("10.0.0.1", "240.0.0.1", false)]
    [InlineData("0.0.0.0", "10.9.0.1", false)]
    [InlineData("127.0.0.1", "10.9.0.1", false)]
    [InlineData("224.0.0.5", "10.9.0.1", false)]
    [InlineData("240.0.0.1", "10.9.0.1", false)]
    [InlineData("255.255.255.255", "10.9.0.1", false)]
    [InlineData("fd00::1", "fd09::1", true)]
    [InlineData("fe80::1", "fd09::1", true)]
    [InlineData("fd00::1", "ff02::1", false)]
    [InlineData("::", "fd09::1", false)]
    [InlineData("::1", "fd09::1", false)]
    [InlineData("ff02::1", "fd09::1", false)]
    [InlineData("::ffff:10.0.0.1", "fd09::1", false)]
    public void MayReport_Addresses_AreSingleHosts(string from, string to, bool expected)
    {
        byte[] packet = Udp(from, to, 40);
        Assert.Equal(expected, IcmpMessage.MayReport(packet, IcmpError.TimeExceeded));
        bool isGroupV6 = to == "ff02::1";
        Assert.Equal(expected || isGroupV6, IcmpMessage.MayReport(packet, IcmpError.PacketTooBig)); // RFC 4443, 2.4(e.3)
    }

    [Theory]
    [InlineData(0x20, 0, true)]   // the first fragment
    [InlineData(0x20, 1, false)]
    [InlineData(0, 1, false)]
    [InlineData(0x1F, 0xFF, false)]
    public void MayReport_IPv4Fragment_OnlyTheFirst(byte high, byte low, bool expected)
    {
        byte[] packet = Udp("10.0.0.1", "10.9.0.1", 40);
        (packet[6], packet[7]) = (high, low);
        Assert.Equal(expected, IcmpMessage.MayReport(packet, IcmpError.TimeExceeded));
    }

    [Fact]
    public void MayReport_IPv4IcmpTypes_OnlyQuestionsAndAnswers()
    {
        for (int type = 0; type <= 0xFF; type++)
        {
            byte[] packet = Echo("10.0.0.1", "10.9.0.1", 8);
            packet[20] = (byte)type;
            Assert.Equal(type is 0 or 8 or (>= 13 and <= 18), IcmpMessage.MayReport(packet, IcmpError.TimeExceeded));
        }

        Assert.False(IcmpMessage.MayReport(Echo("10.0.0.1", "10.9.0.1", 8).AsSpan(0, 20), IcmpError.TimeExceeded));
    }

    [Fact]
    public void MayReport_IPv6IcmpTypes_NeitherErrorsNorNeighborDiscovery()
    {
        for (int type = 0; type <= 0xFF; type++)
        {
            byte[] packet = Echo("fd00::1", "fd09::1", 8);
            packet[40] = (byte)type;
            bool expected = type >= 128 && type is not (>= 133 and <= 137);
            Assert.Equal(expected, IcmpMessage.MayReport(packet, IcmpError.TimeExceeded));
            Assert.Equal(expected, IcmpMessage.MayReport(Behind(packet, [58, 0, 1, 4, 0, 0, 0, 0], 60), IcmpError.TimeExceeded));
            Assert.Equal(expected, IcmpMessage.MayReport(Behind(packet, [58, 0, 0, 1, 0, 0, 0, 7], 44), IcmpError.TimeExceeded));
            Assert.Equal(expected, IcmpMessage.MayReport(Behind(packet, [58, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1], 51), IcmpError.TimeExceeded));
        }

        Assert.False(IcmpMessage.MayReport(Echo("fd00::1", "fd09::1", 8).AsSpan(0, 40), IcmpError.TimeExceeded));
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(0, 8, false)]
    [InlineData(0xFF, 0xF8, false)]
    public void MayReport_IPv6Fragment_OnlyTheFirst(byte high, byte low, bool expected)
    {
        byte[] packet = Behind(Udp("fd00::1", "fd09::1", 40), [17, 0, high, low, 0, 0, 0, 7], 44);
        Assert.Equal(expected, IcmpMessage.MayReport(packet, IcmpError.TimeExceeded));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.9.0.1")]
    [InlineData("fd00::1", "fd09::1")]
    public void WriteEchoReply_SwapsAddressesAndKeepsTheData(string from, string to)
    {
        for (int data = 0; data < 100; data++)
        {
            byte[] request = Echo(from, to, data);
            Assert.True(IcmpMessage.IsEchoRequest(request));
            byte[] reply = EchoReply([.. request, .. new byte[7]]);
            byte[] expected = Echo(to, from, data, isReply: true);
            Assert.Equal(expected, reply);
            Assert.True(NaiveChecksums.IsPacketRight(reply));
            Assert.False(IcmpMessage.IsEchoRequest(reply));
        }
    }

    [Fact]
    public void IsEchoRequest_CutAtEveryOctet_IsFalse()
    {
        foreach (byte[] request in new[] { Echo("10.0.0.1", "10.9.0.1", 9), Echo("fd00::1", "fd09::1", 9) })
        {
            for (int length = 0; length < request.Length; length++)
            {
                Assert.False(IcmpMessage.IsEchoRequest(request.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void IsEchoRequest_AnyBitOfTheMessageTurned_IsFalse()
    {
        foreach ((byte[] request, int start) in new[] { (Echo("10.0.0.1", "10.9.0.1", 9), 20), (Echo("fd00::1", "fd09::1", 9), 40) })
        {
            for (int bit = start * 8; bit < request.Length * 8; bit++)
            {
                request[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(IcmpMessage.IsEchoRequest(request));
                request[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [InlineData("10.0.0.1", "224.0.0.1")]
    [InlineData("10.0.0.1", "255.255.255.255")]
    [InlineData("0.0.0.0", "10.0.0.1")]
    [InlineData("fd00::1", "ff02::1")]
    [InlineData("::", "fd00::1")]
    public void IsEchoRequest_NotBetweenHosts_IsFalse(string from, string to) => Assert.False(IcmpMessage.IsEchoRequest(Echo(from, to, 9)));

    [Fact]
    public void IsEchoRequest_Fragment_IsFalse()
    {
        byte[] request = Echo("10.0.0.1", "10.9.0.1", 9);
        request[6] = 0x20;
        FixChecksum(request);
        Assert.False(IcmpMessage.IsEchoRequest(request));
    }

    [Fact]
    public void IsEchoRequest_Datagram_IsFalse()
    {
        Assert.False(IcmpMessage.IsEchoRequest(Udp("10.0.0.1", "10.9.0.1", 9)));
        Assert.False(IcmpMessage.IsEchoRequest(Udp("fd00::1", "fd09::1", 9)));
    }

    [Fact]
    public void WriteEchoReply_RequestWithOptions_LeavesThemOut()
    {
        byte[] plain = Echo("10.0.0.1", "10.9.0.1", 9);
        byte[] request = [.. plain[..20], 1, 1, 1, 0, .. plain[20..]];
        request[0] = 0x46;
        request[3] += 4;
        FixChecksum(request);
        Assert.Equal(Echo("10.9.0.1", "10.0.0.1", 9, isReply: true), EchoReply(request));
    }

    [Fact]
    public void Everything_RandomOctets_NeverThrows()
    {
        var random = new Random(792);
        var into = new byte[IcmpMessage.MaxErrorLength];
        var octets = new byte[160];
        for (int round = 0; round < 100_000; round++)
        {
            random.NextBytes(octets);
            octets[0] = (byte)(round % 2 == 0 ? 0x40 | random.Next(16) : 0x60);
            octets[round % 2 == 0 ? 9 : 6] = new byte[] { 0, 1, 6, 43, 44, 51, 58, 60 }[random.Next(8)];
            ReadOnlySpan<byte> packet = octets.AsSpan(0, random.Next(octets.Length));
            IcmpMessage.IsEchoRequest(packet);
            if (IcmpMessage.MayReport(packet, IcmpError.PacketTooBig))
            {
                int length = IcmpMessage.WriteError(into, packet, Key(packet[0] >> 4 == 4 ? V4Router : V6Router), IcmpError.PacketTooBig, 1280);
                Assert.True(NaiveChecksums.IsPacketRight(into.AsSpan(0, length)));
            }
        }
    }

    private static byte[] Report(byte[] packet, string from, IcmpError kind, int mtu = 0)
    {
        byte[] into = [.. Enumerable.Repeat((byte)0xEE, IcmpMessage.MaxErrorLength)];
        return into[..IcmpMessage.WriteError(into, packet, Key(from), kind, mtu)];
    }

    private static byte[] EchoReply(byte[] request)
    {
        byte[] into = [.. Enumerable.Repeat((byte)0xEE, request.Length)];
        return into[..IcmpMessage.WriteEchoReply(into, request)];
    }

    private static byte[] Udp(string from, string to, int payload) => new FrameBuilder().Udp(from, to, payload).Build()[EthernetOctets..];

    // Identifier 0x0102, sequence number 0x0304, data that counts up: RFC 792, RFC 4443, 4.1.
    private static byte[] Echo(string from, string to, int data, bool isReply = false)
    {
        byte[] source = Octets(from);
        bool isIPv4 = source.Length == 4;
        byte type = isIPv4 ? (byte)(isReply ? 0 : 8) : (byte)(isReply ? 129 : 128);
        byte[] message = [type, 0, 0, 0, 1, 2, 3, 4, .. Enumerable.Range(0, data).Select(i => (byte)i)];
        byte[] addresses = [.. source, .. Octets(to)];
        byte[] packet;
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), NaiveChecksums.Of(message));
            packet = [0x45, 0, 0, (byte)(20 + message.Length), 0x12, 0x34, 0x40, 0, 64, 1, 0, 0, .. addresses, .. message];
            FixChecksum(packet);
            return packet;
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), NaiveChecksums.OfUpperLayer(addresses, 58, message));
        return [0x60, 0, 0, 0, 0, (byte)message.Length, 58, 64, .. addresses, .. message];
    }

    private static byte[] Behind(byte[] packet, byte[] extension, byte number)
    {
        byte[] behind = [.. packet[..40], .. extension, .. packet[40..]];
        behind[6] = number;
        behind[5] += (byte)extension.Length;
        return behind;
    }

    private static void FixChecksum(byte[] packet)
    {
        packet[10] = packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), NaiveChecksums.Of(packet.AsSpan(0, (packet[0] & 0xF) * 4)));
    }
}
