using System.Buffers.Binary;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Tests.TestAddresses;

namespace VSwitch.Tests.Wire;

/// <summary>What a router checks and changes in the header of a packet.</summary>
public class IpHeaderCheckTests
{
    private const int EthernetOctets = EthernetHeader.Length;

    [Fact]
    public void IPv4_OrdinaryPacket_ReadsFields()
    {
        byte[] packet = V4();
        packet[1] = 0xB9;
        (packet[6], packet[7], packet[8]) = (0x60, 0x07, 17); // DF, MF, offset 7 × 8
        Assert.True(IPv4Header.TryRead(packet, out IPv4Header header));
        Assert.Equal(packet.Length, header.TotalLength);
        Assert.Equal((0xB9, true, true, 56, 17), (header.TrafficClass, header.DontFragment, header.MoreFragments, header.FragmentOffset, header.Ttl));
        (packet[6], packet[7]) = (0x1F, 0xFF);
        Assert.True(IPv4Header.TryRead(packet, out header));
        Assert.Equal((false, false, 65_528), (header.DontFragment, header.MoreFragments, header.FragmentOffset));
    }

    [Fact]
    public void IPv6_OrdinaryPacket_ReadsFields()
    {
        byte[] packet = V6();
        packet[7] = 17;
        Assert.True(IPv6Header.TryRead(packet, out IPv6Header header));
        Assert.Equal((packet.Length - 40, IpProtocol.Udp, 17), (header.PayloadLength, header.NextHeader, header.HopLimit));
    }

    [Fact]
    public void TryReadChecked_Padded_IsTrue()
    {
        Assert.True(IPv4Header.TryReadChecked([.. V4(), .. new byte[18]], out IPv4Header v4));
        Assert.Equal(V4().Length, v4.TotalLength);
        byte[] v6 = WithDestinationOptions(V6(), 2);
        Assert.True(IPv6Header.TryReadChecked([.. v6, .. new byte[18]], out IPv6Header header));
        Assert.True(header.TryFindUpperLayer(out IpProtocol protocol, out int offset));
        Assert.Equal((IpProtocol.Udp, 56), (protocol, offset));
    }

    [Fact]
    [Trait("Fault", "7")]
    [Trait("Fault", "8")]
    public void TryReadChecked_CutAtEveryOctet_IsFalse()
    {
        for (int length = 0; length < V4().Length; length++)
        {
            Assert.False(IPv4Header.TryReadChecked(V4().AsSpan(0, length), out _));
        }

        for (int length = 0; length < V6().Length; length++)
        {
            Assert.False(IPv6Header.TryReadChecked(V6().AsSpan(0, length), out _));
        }
    }

    /// <summary>Every version and header length that an IPv4 packet of 30 octets can claim, its checksum right each time.</summary>
    [Fact]
    [Trait("Fault", "7")]
    public void IPv4TryReadChecked_EveryFirstOctet_OnlyTheTruthIsTrue()
    {
        for (int first = 0; first <= 0xFF; first++)
        {
            byte[] packet = V4(payload: 2);
            packet[0] = (byte)first;
            FixChecksum(packet, Math.Clamp((first & 0xF) * 4, 20, packet.Length));
            bool fits = first is 0x45 or 0x46 or 0x47; // 20, 24, 28 of 30 octets
            Assert.Equal(fits, IPv4Header.TryReadChecked(packet, out _));
        }
    }

    [Theory]
    [Trait("Fault", "7")]
    [InlineData(0, false)]
    [InlineData(19, false)]
    [InlineData(20, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    [InlineData(0xFFFF, false)]
    public void IPv4TryReadChecked_TotalLength_IsBetweenHeaderAndPacket(int totalLength, bool expected)
    {
        byte[] packet = V4(payload: 2);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)totalLength);
        FixChecksum(packet, 20);
        Assert.Equal(expected, IPv4Header.TryReadChecked(packet, out _));
    }

    [Fact]
    [Trait("Fault", "7")]
    public void IPv4TryReadChecked_TotalLengthInsideTheOptions_IsFalse()
    {
        byte[] packet = V4(payload: 40);
        packet[0] = 0x4F;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 59);
        FixChecksum(packet, 60);
        Assert.False(IPv4Header.TryReadChecked(packet, out _));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 60);
        FixChecksum(packet, 60);
        Assert.True(IPv4Header.TryReadChecked(packet, out _));
    }

    [Fact]
    [Trait("Fault", "7")]
    public void IPv4TryReadChecked_AnyBitOfTheHeaderTurned_IsFalse()
    {
        for (int bit = 0; bit < 20 * 8; bit++)
        {
            byte[] packet = V4();
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(IPv4Header.TryReadChecked(packet, out _));
        }
    }

    [Theory]
    [Trait("Fault", "8")]
    [InlineData(-1, true)] // padding of one octet
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1000, false)]
    public void IPv6TryReadChecked_PayloadLengthLies_IsFalse(int more, bool expected)
    {
        byte[] packet = V6();
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40 + more));
        Assert.Equal(expected, IPv6Header.TryReadChecked(packet, out _));
    }

    [Fact]
    [Trait("Fault", "8")]
    public void IPv6TryReadChecked_PayloadLengthZero_IsFalseUnlessNothingFollows()
    {
        byte[] packet = V6();
        packet[4] = packet[5] = 0;
        Assert.False(IPv6Header.TryReadChecked(packet, out _));
        packet[6] = (byte)IpProtocol.HopByHopOptions; // a jumbogram
        Assert.False(IPv6Header.TryReadChecked(packet, out _));
        packet[6] = (byte)IpProtocol.NoNextHeader;
        Assert.True(IPv6Header.TryReadChecked(packet.AsSpan(0, 40), out _));
    }

    [Fact]
    [Trait("Fault", "8")]
    public void IPv6TryFindUpperLayer_HundredExtensionHeaders_IsFalse()
    {
        byte[] packet = WithDestinationOptions(V6(), 100);
        Assert.True(IPv6Header.TryReadChecked(packet, out IPv6Header header));
        Assert.False(header.TryFindUpperLayer(out _, out _));
        Assert.False(IcmpMessage.MayReport(packet, IcmpError.HostUnreachable));
        Assert.False(NeighborMessage.IsNeighborDiscovery(packet));
    }

    [Fact]
    [Trait("Fault", "8")]
    public void IPv6TryFindUpperLayer_ExtensionReachingIntoThePadding_IsFalse()
    {
        byte[] packet = WithDestinationOptions(V6(), 1);
        int length = packet.Length;
        packet[41] = (byte)((length - 40) / 8); // the header ends behind the packet, in its padding
        byte[] padded = [.. packet, .. new byte[64]];
        Assert.True(IPv6Header.TryReadChecked(padded, out IPv6Header header));
        Assert.False(header.TryFindUpperLayer(out _, out _));
    }

    [Fact]
    public void DecrementTtl_EveryChecksum_EqualsARecomputation()
    {
        byte[] packet = V4();
        for (int identification = 0; identification <= 0xFFFF; identification++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)identification);
            packet[8] = (byte)(1 + (identification % 255));
            FixChecksum(packet, 20);
            byte ttl = packet[8];
            IPv4Header.DecrementTtl(packet);
            ushort incremental = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10));
            FixChecksum(packet, 20);
            Assert.Equal(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10)), incremental);
            Assert.Equal(ttl - 1, packet[8]);
        }
    }

    /// <summary>0xFFFF passes for 0 in a check, though no sender computes it.</summary>
    [Fact]
    public void DecrementTtl_ChecksumOfAllOnes_StaysRight()
    {
        byte[] packet = V4();
        packet[4] = packet[5] = 0;
        FixChecksum(packet, 20);
        ushort missing = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), missing); // brings the checksum to 0
        FixChecksum(packet, 20);
        Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10)));
        packet[10] = packet[11] = 0xFF;
        Assert.True(IPv4Header.TryReadChecked(packet, out _));
        IPv4Header.DecrementTtl(packet);
        Assert.True(NaiveChecksums.IsPacketRight(packet));
    }

    [Fact]
    public void DecrementTtl_WrongChecksum_StaysWrong()
    {
        byte[] packet = V4();
        packet[11] ^= 1;
        IPv4Header.DecrementTtl(packet);
        Assert.False(IPv4Header.TryReadChecked(packet, out _));
    }

    [Fact]
    public void DecrementHopLimit_TakesOneOff()
    {
        byte[] packet = V6();
        byte[] before = [.. packet];
        IPv6Header.DecrementHopLimit(packet);
        before[7]--;
        Assert.Equal(before, packet);
    }

    [Fact]
    public void Write_IsReadBack()
    {
        var v4 = new byte[20];
        v4.AsSpan().Fill(0xEE);
        IPv4Header.Write(v4, 20, IpProtocol.Udp, IPv4("10.0.0.1"), IPv4("10.0.0.2"), 0xC0, 7, dontFragment: false);
        Assert.True(IPv4Header.TryReadChecked(v4, out IPv4Header header));
        Assert.Equal((IPv4("10.0.0.1"), IPv4("10.0.0.2"), 64, 7), (header.Source, header.Destination, header.Ttl, header.Identification));
        Assert.False(header.DontFragment || header.IsFragment);

        var v6 = new byte[40];
        v6.AsSpan().Fill(0xEE);
        IPv6Header.Write(v6, 0, IpProtocol.NoNextHeader, 255, default, Key("ff02::1"));
        Assert.Equal([0x60, 0, 0, 0, 0, 0, 59, 255, .. new byte[16], .. Octets("ff02::1")], v6);
    }

    [Fact]
    public void TryReadChecked_RandomOctets_NeverThrows()
    {
        var random = new Random(791);
        var octets = new byte[160];
        for (int round = 0; round < 100_000; round++)
        {
            random.NextBytes(octets);
            octets[0] = (byte)(round % 2 == 0 ? 0x45 + random.Next(11) : 0x60);
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(round % 2 == 0 ? 2 : 4), (ushort)random.Next(octets.Length));
            FixChecksum(octets, round % 2 == 0 ? (octets[0] & 0xF) * 4 : 20);
            ReadOnlySpan<byte> packet = octets.AsSpan(0, random.Next(octets.Length));
            if (IPv4Header.TryReadChecked(packet, out IPv4Header v4))
            {
                Assert.InRange(v4.TotalLength, v4.HeaderLength, packet.Length);
            }

            if (IPv6Header.TryReadChecked(packet, out IPv6Header v6) && v6.TryFindUpperLayer(out _, out int offset))
            {
                Assert.InRange(offset, 40, 40 + v6.PayloadLength);
            }
        }
    }

    private static byte[] V4(int payload = 40) => new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", payload).Build()[EthernetOctets..];

    private static byte[] V6() => new FrameBuilder().Udp("fd00::1", "fd00::2", 40).Build()[EthernetOctets..];

    private static byte[] WithDestinationOptions(byte[] packet, int headers) =>
        new SuperFrame([.. new byte[12], 0x86, 0xDD, .. packet], default).WithIPv6Options(headers).Octets[EthernetOctets..];

    private static void FixChecksum(Span<byte> packet, int headerLength)
    {
        packet[10] = packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], NaiveChecksums.Of(packet[..headerLength]));
    }
}
