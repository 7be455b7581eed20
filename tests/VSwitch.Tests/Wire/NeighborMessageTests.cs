using System.Buffers.Binary;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Tests.TestAddresses;

namespace VSwitch.Tests.Wire;

public class NeighborMessageTests
{
    private const string Sender = "fe80::11";
    private const string Target = "fd00::1:2233";
    private const string Group = "ff02::1:ff01:2233";
    private static readonly MacAddress s_mac = MacAddress.Parse("02:11:22:33:44:55");

    [Fact]
    public void TryRead_Solicitation_ReadsEveryField()
    {
        Assert.True(NeighborMessage.TryRead(Solicitation(), out NeighborMessage message));
        Assert.Equal(IcmpV6Type.NeighborSolicitation, message.Type);
        Assert.Equal((Key(Sender), Key(Group), Key(Target)), (message.Source, message.Destination, message.Target));
        Assert.Equal(s_mac, message.LinkLayerAddress);
        Assert.False(message.IsFromUnspecified || message.IsRouter || message.IsSolicited || message.IsOverride);
    }

    [Theory]
    [InlineData(0x80, true, false, false)]
    [InlineData(0x40, false, true, false)]
    [InlineData(0x20, false, false, true)]
    [InlineData(0x1F, false, false, false)] // reserved: MUST be ignored
    public void TryRead_Advertisement_ReadsEveryField(byte flags, bool isRouter, bool isSolicited, bool isOverride)
    {
        byte[] packet = Message(Target, Sender, [136, 0, 0, 0, flags, 0, 0, 0, .. Octets(Target), 2, 1, .. Octets(s_mac)]);
        Assert.True(NeighborMessage.TryRead(packet, out NeighborMessage message));
        Assert.Equal(IcmpV6Type.NeighborAdvertisement, message.Type);
        Assert.Equal((Key(Target), Key(Sender), Key(Target)), (message.Source, message.Destination, message.Target));
        Assert.Equal(s_mac, message.LinkLayerAddress);
        Assert.Equal((isRouter, isSolicited, isOverride), (message.IsRouter, message.IsSolicited, message.IsOverride));
    }

    [Fact]
    public void TryRead_ReservedBitsOfASolicitation_AreNoFlags()
    {
        Assert.True(NeighborMessage.TryRead(Solicitation(p => p[44] = 0xE0), out NeighborMessage message));
        Assert.False(message.IsRouter || message.IsSolicited || message.IsOverride);
    }

    [Fact]
    public void WriteSolicitation_IsAsInTheRfc()
    {
        byte[] packet = Dirty();
        int length = NeighborMessage.WriteSolicitation(packet, Key(Sender), Key(Group), Key(Target), s_mac);
        Assert.Equal(Solicitation(), packet[..length]);
    }

    [Fact]
    public void WriteSolicitation_FromUnspecified_HasNoOption()
    {
        byte[] packet = Dirty();
        int length = NeighborMessage.WriteSolicitation(packet, default, Key(Group), Key(Target), s_mac);
        Assert.Equal(Message("::", Group, [135, 0, 0, 0, 0, 0, 0, 0, .. Octets(Target)]), packet[..length]);
        Assert.True(NeighborMessage.TryRead(packet.AsSpan(0, length), out NeighborMessage message));
        Assert.True(message.IsFromUnspecified && message.LinkLayerAddress.IsZero && message.Source == default);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void WriteAdvertisement_IsAsInTheRfc(int flags)
    {
        (bool router, bool solicited, bool replace) = ((flags & 4) != 0, (flags & 2) != 0, (flags & 1) != 0);
        byte[] packet = Dirty();
        int length = NeighborMessage.WriteAdvertisement(packet, Key(Target), Key(Sender), Key(Target), s_mac, router, solicited, replace);
        Assert.Equal(Message(Target, Sender, [136, 0, 0, 0, (byte)(flags << 5), 0, 0, 0, .. Octets(Target), 2, 1, .. Octets(s_mac)]), packet[..length]);
    }

    [Fact]
    public void TryRead_CutAtEveryOctet_IsFalse()
    {
        byte[] packet = Solicitation();
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.False(NeighborMessage.TryRead(packet.AsSpan(0, length), out _));
        }
    }

    /// <summary>Cut with its lengths and checksum put right: only whole messages and whole options are legal.</summary>
    [Fact]
    public void TryRead_ShorterMessageAtEveryOctet_OnlyWholeOptionsAreTrue()
    {
        byte[] message = Solicitation()[40..];
        for (int length = 0; length <= message.Length; length++)
        {
            Assert.Equal(length is 24 or 32, NeighborMessage.TryRead(Message(Sender, Group, message[..length]), out _));
        }
    }

    [Fact]
    public void TryRead_Padded_IsTrue() => Assert.True(NeighborMessage.TryRead([.. Solicitation(), .. new byte[20]], out _));

    [Theory]
    [InlineData(7, 254)]  // hop limit
    [InlineData(6, 17)]   // another protocol
    [InlineData(40, 133)]
    [InlineData(40, 134)]
    [InlineData(40, 137)]
    [InlineData(40, 128)]
    [InlineData(41, 1)]   // code
    [InlineData(48, 0xFF)] // a target that is a group
    [InlineData(66, 0x03)] // a link-layer address that is a group
    public void TryRead_AnythingElse_IsFalse(int at, byte octet) => Assert.False(NeighborMessage.TryRead(Solicitation(p => p[at] = octet), out _));

    [Fact]
    public void TryRead_AnyBitOfTheMessageTurned_IsFalse()
    {
        for (int bit = 8 * 8; bit < 72 * 8; bit++) // from the addresses on: all that the checksum covers
        {
            byte[] packet = Solicitation();
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(NeighborMessage.TryRead(packet, out _));
        }
    }

    [Theory]
    [InlineData("::", "ff02::1", false)]                    // not a solicited-node group
    [InlineData("::", Target, false)]
    [InlineData("::", Group, true)]
    [InlineData("ff02::1", Group, false)]                   // from a group
    [InlineData("::ffff:10.0.0.1", Group, false)]           // mapped
    [InlineData(Sender, "::ffff:10.0.0.1", false)]
    [InlineData(Sender, "::", false)]
    [InlineData(Sender, Target, true)]                      // is it still there?
    [InlineData(Sender, "ff02::1", true)]
    public void TryRead_SolicitationWithoutOption_AddressesAreChecked(string source, string destination, bool expected) =>
        Assert.Equal(expected, NeighborMessage.TryRead(Message(source, destination, [135, 0, 0, 0, 0, 0, 0, 0, .. Octets(Target)]), out _));

    [Fact]
    public void TryRead_SolicitationFromUnspecifiedWithLinkLayerAddress_IsFalse() =>
        Assert.False(NeighborMessage.TryRead(Message("::", Group, Solicitation()[40..]), out _));

    [Theory]
    [InlineData(Target, "ff02::1", 0x20, true)]
    [InlineData(Target, "ff02::1", 0x60, false)] // solicited by a group
    [InlineData(Target, Sender, 0x60, true)]
    [InlineData("::", "ff02::1", 0x20, false)]
    public void TryRead_Advertisement_AddressesAreChecked(string source, string destination, byte flags, bool expected) => Assert.Equal(
        expected, NeighborMessage.TryRead(Message(source, destination, [136, 0, 0, 0, flags, 0, 0, 0, .. Octets(Target)]), out _));

    [Theory]
    [InlineData("::")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("ff02::1")]
    public void TryRead_TargetIsNoHost_IsFalse(string target) =>
        Assert.False(NeighborMessage.TryRead(Message(Sender, Group, [135, 0, 0, 0, 0, 0, 0, 0, .. Octets(target)]), out _));

    [Theory]
    [Trait("Fault", "10")]
    [InlineData(0, false)] // RFC 4861, 4.6: MUST discard
    [InlineData(1, true)]
    [InlineData(2, false)] // past the end
    [InlineData(255, false)]
    public void TryRead_LengthOfAnUnknownOption_IsInTheMessage(byte length, bool expected) =>
        Assert.Equal(expected, NeighborMessage.TryRead(WithOptions([14, length, 0, 0, 0, 0, 0, 0]), out _));

    [Theory]
    [Trait("Fault", "10")]
    [InlineData(0)]
    [InlineData(2)]
    public void TryRead_LengthOfTheLinkLayerOption_IsThatOfEthernet(byte length) =>
        Assert.False(NeighborMessage.TryRead(WithOptions([1, length, .. Octets(s_mac), .. new byte[8]]), out _));

    [Fact]
    [Trait("Fault", "10")]
    public void TryRead_OptionLengthZeroBehindTheFirst_IsFalse() =>
        Assert.False(NeighborMessage.TryRead(WithOptions([1, 1, .. Octets(s_mac), 14, 0, 0, 0, 0, 0, 0, 0]), out _));

    [Fact]
    [Trait("Fault", "10")]
    public void TryRead_ManyOptions_AreBounded()
    {
        byte[] nonce = [14, 1, 0, 0, 0, 0, 0, 0];
        for (int count = 0; count < 200; count++)
        {
            byte[] options = [.. Enumerable.Repeat(nonce, count).SelectMany(o => o)];
            Assert.Equal(count <= NeighborMessage.MaxOptions, NeighborMessage.TryRead(WithOptions(options), out _));
        }
    }

    [Fact]
    public void TryRead_TwoLinkLayerOptions_TheFirstCounts()
    {
        Assert.True(NeighborMessage.TryRead(WithOptions([1, 1, .. Octets(s_mac), 1, 1, 2, 0, 0, 0, 0, 9]), out NeighborMessage message));
        Assert.Equal(s_mac, message.LinkLayerAddress);
    }

    [Fact]
    public void TryRead_OptionOfTheOtherMessage_IsIgnored()
    {
        Assert.True(NeighborMessage.TryRead(WithOptions([2, 1, .. Octets(s_mac)]), out NeighborMessage message));
        Assert.True(message.LinkLayerAddress.IsZero);
    }

    [Fact]
    public void IsNeighborDiscovery_FiveTypesDirectlyBehindTheHeader()
    {
        for (int type = 0; type <= 0xFF; type++)
        {
            byte[] packet = Solicitation(p => p[40] = (byte)type);
            Assert.Equal(type is >= 133 and <= 137, NeighborMessage.IsNeighborDiscovery(packet));
            Assert.Equal((IcmpV6Type)type, NeighborMessage.TypeOf(packet));
        }

        Assert.False(NeighborMessage.IsNeighborDiscovery(Solicitation().AsSpan(0, 40)));
        Assert.True(NeighborMessage.IsNeighborDiscovery(Solicitation().AsSpan(0, 41)));
        Assert.False(NeighborMessage.IsNeighborDiscovery(Solicitation(p => p[6] = 0)));
        Assert.False(NeighborMessage.IsNeighborDiscovery(Solicitation(p => p[0] = 0x45)));
    }

    [Fact]
    public void TryRead_RandomOctets_NeverThrows()
    {
        var random = new Random(4861);
        for (int round = 0; round < 100_000; round++)
        {
            byte[] message = new byte[random.Next(24, 80)];
            random.NextBytes(message);
            (message[0], message[1]) = ((byte)random.Next(135, 137), 0);
            byte[] packet = Message(Sender, Target, message);
            Span<byte> read = packet.AsSpan(0, round % 4 == 0 ? random.Next(packet.Length) : packet.Length);
            NeighborMessage.IsNeighborDiscovery(read);
            if (NeighborMessage.TryRead(read, out NeighborMessage neighbor))
            {
                Assert.True(neighbor.Target.IsHost);
            }
        }
    }

    private static byte[] Dirty() => [.. Enumerable.Repeat((byte)0xEE, NeighborMessage.MaxWrittenLength)];

    private static byte[] Octets(MacAddress mac)
    {
        var octets = new byte[MacAddress.Length];
        mac.Write(octets);
        return octets;
    }

    private static byte[] Octets(string address) => TestAddresses.Octets(address);

    private static byte[] WithOptions(byte[] options) => Message(Sender, Group, [135, 0, 0, 0, 0, 0, 0, 0, .. Octets(Target), .. options]);

    private static byte[] Solicitation(Action<byte[]>? change = null)
    {
        byte[] packet = WithOptions([1, 1, .. Octets(s_mac)]);
        change?.Invoke(packet);
        return FixChecksum(packet);
    }

    private static byte[] Message(string source, string destination, byte[] message) => FixChecksum(
        [0x60, 0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, 58, 255, .. Octets(source), .. Octets(destination), .. message]);

    private static byte[] FixChecksum(byte[] packet)
    {
        if (packet.Length >= 44)
        {
            packet[42] = packet[43] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(42), NaiveChecksums.OfUpperLayer(packet.AsSpan(8, 32), 58, packet.AsSpan(40)));
        }

        return packet;
    }
}
