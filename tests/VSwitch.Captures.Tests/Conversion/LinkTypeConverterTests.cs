using System.Buffers.Binary;
using VSwitch.Captures.Conversion;
using VSwitch.Captures.Files;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Conversion;

[Trait("Fault", "77")]
public sealed class LinkTypeConverterTests
{
    private const string Invented = "020000000002020000000001";

    private static readonly byte[] s_four = Ip4(0x0A00_0002);
    private static readonly byte[] s_six = Ip6(0x20);
    private static readonly LinkTypeConverter s_converter = new();

    private readonly byte[] _frame = new byte[2000];

    [Theory]
    [InlineData(LinkType.Raw)]
    [InlineData(LinkType.Raw12)]
    [InlineData(LinkType.Raw14)]
    public void Convert_BareIp_TakesTheTypeFromTheVersion(LinkType linkType)
    {
        const ConversionInventions all = ConversionInventions.Source | ConversionInventions.Destination | ConversionInventions.EtherType;
        AssertFrame($"{Invented}0800", s_four, all, linkType, s_four);
        AssertFrame($"{Invented}86DD", s_six, all, linkType, s_six);
        AssertRefused(ConversionRefusal.NotIp, linkType, [0x50]);
        AssertRefused(ConversionRefusal.Truncated, linkType, []);
    }

    [Fact]
    public void Convert_IpOfOneVersion_KnowsTheType()
    {
        const ConversionInventions addresses = ConversionInventions.Source | ConversionInventions.Destination;
        AssertFrame($"{Invented}0800", s_four, addresses, LinkType.IPv4, s_four);
        AssertFrame($"{Invented}86DD", s_six, addresses, LinkType.IPv6, s_six);
        AssertFrame($"{Invented}86DD", [], addresses, LinkType.IPv6, []);
    }

    [Theory]
    [InlineData(2u, "0800")]
    [InlineData(10u, "86DD")]
    [InlineData(24u, "86DD")]
    [InlineData(28u, "86DD")]
    [InlineData(30u, "86DD")]
    public void Convert_NullOfEitherByteOrder_TakesTheTypeFromTheFamily(uint family, string type)
    {
        byte[] packet = type == "0800" ? s_four : s_six;
        foreach (uint written in new[] { family, BinaryPrimitives.ReverseEndianness(family) })
        {
            byte[] front = BitConverter.GetBytes(written);
            AssertFrame($"{Invented}{type}", packet, ConversionInventions.Source | ConversionInventions.Destination, LinkType.Null, [.. front, .. packet]);
            AssertFrame($"{Invented}{type}", packet, ConversionInventions.Source | ConversionInventions.Destination, LinkType.Loop, [.. front, .. packet]);
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(7u)] // ISO
    [InlineData(23u)] // IPX on some
    [InlineData(0x0002_0000u)]
    [InlineData(uint.MaxValue)]
    public void Convert_NullOfAnotherFamily_IsRefused(uint family) =>
        AssertRefused(ConversionRefusal.NotIp, LinkType.Null, [.. BitConverter.GetBytes(family), .. s_four]);

    [Theory]
    [InlineData(LinkType.LinuxSll)]
    [InlineData(LinkType.LinuxSll2)]
    public void Convert_Cooked_KeepsSourceAndProtocol(LinkType linkType)
    {
        AssertFrame("0200000000020A0B0C0D0E0F0800", s_four, ConversionInventions.Destination, linkType, Cooked(linkType, 0, 1, 6, 0x0800, s_four));
        AssertFrame("0200000000020A0B0C0D0E0F0806", [9, 8, 7], ConversionInventions.Destination, linkType, Cooked(linkType, 4, 772, 6, 0x0806, [9, 8, 7]));
        AssertFrame("FFFFFFFFFFFF0A0B0C0D0E0F0806", [9, 8, 7], ConversionInventions.None, linkType, Cooked(linkType, 1, 1, 6, 0x0806, [9, 8, 7]));
        AssertFrame($"{Invented}8100", [0, 1], ConversionInventions.Source | ConversionInventions.Destination, linkType, Cooked(linkType, 0, 1, 0, 0x8100, [0, 1]));
        AssertFrame(
            "0200000000020A0B0C0D0E0F0003", [0x42, 0x42, 3], ConversionInventions.Destination | ConversionInventions.Length, linkType,
            Cooked(linkType, 2, 1, 6, 0x0004, [0x42, 0x42, 3]));
    }

    [Theory]
    [InlineData(LinkType.LinuxSll)]
    [InlineData(LinkType.LinuxSll2)]
    public void Convert_CookedOfInterfacesWithoutAddresses_IsIpOrRefused(LinkType linkType)
    {
        const ConversionInventions addresses = ConversionInventions.Source | ConversionInventions.Destination;
        AssertFrame($"{Invented}0800", s_four, addresses, linkType, Cooked(linkType, 0, 65_534, 0, 0x0800, s_four));
        AssertFrame($"{Invented}86DD", s_six, addresses, linkType, Cooked(linkType, 0, 512, 6, 0x86DD, s_six));
        AssertRefused(ConversionRefusal.Hardware, linkType, Cooked(linkType, 0, 65_534, 0, 0x0806, s_four));
        AssertRefused(ConversionRefusal.Hardware, linkType, Cooked(linkType, 0, 824, 0, 0, s_four)); // netlink
        AssertRefused(ConversionRefusal.Hardware, linkType, Cooked(linkType, 0, 280, 0, 0x000C, s_four)); // CAN
        AssertRefused(ConversionRefusal.Hardware, linkType, Cooked(linkType, 0, 803, 6, 0x0800, s_four)); // radiotap
        AssertRefused(ConversionRefusal.Protocol, linkType, Cooked(linkType, 0, 1, 6, 0x000C, s_four));
        AssertRefused(ConversionRefusal.Protocol, linkType, Cooked(linkType, 0, 1, 6, 0x0004, new byte[1501])); // no length of 802.3
        byte[] packet = Cooked(linkType, 0, 1, 6, 0x0800, []);
        for (int length = 0; length < packet.Length; length++)
        {
            AssertRefused(ConversionRefusal.Truncated, linkType, packet[..length]);
        }
    }

    [Fact]
    public void Convert_PacketToAGroup_GoesToItsAddress()
    {
        const ConversionInventions noDestination = ConversionInventions.Source | ConversionInventions.EtherType;
        AssertFrame("01005E0102030200000000010800", Ip4(0xE081_0203), noDestination, LinkType.Raw, Ip4(0xE081_0203));
        AssertFrame("FFFFFFFFFFFF0200000000010800", Ip4(uint.MaxValue), noDestination, LinkType.Raw, Ip4(uint.MaxValue));
        AssertFrame("3333252627280200000000" + "0186DD", Ip6(0xFF), noDestination, LinkType.Raw, Ip6(0xFF));
    }

    [Fact]
    public void Convert_BufferTooSmall_IsRefused()
    {
        Assert.Equal(ConversionRefusal.NoRoom, s_converter.Convert(LinkType.IPv4, s_four, new byte[s_four.Length + LinkTypeConverter.MaxGrowth - 1]).Refusal);
        Assert.Equal(ConversionRefusal.NoRoom, s_converter.Convert(LinkType.Ethernet, s_four, new byte[s_four.Length - 1]).Refusal);
        Assert.True(s_converter.Convert(LinkType.IPv4, s_four, new byte[s_four.Length + LinkTypeConverter.MaxGrowth]).IsConverted);
        Assert.True(s_converter.Convert(LinkType.Ethernet, s_four, new byte[s_four.Length]).IsConverted);
    }

    [Fact]
    public void Convert_AddressesOfTheCaller_AreUsed()
    {
        LinkTypeConverter converter = new(new MacAddress(0xA1), new MacAddress(0xB2));
        converter.Convert(LinkType.Raw, s_four, _frame);
        Assert.Equal("0000000000B20000000000A10800", Convert.ToHexString(_frame, 0, 14));
    }

    /// <summary>What is said of a link type is what happens, over all numbers that there are.</summary>
    [Fact]
    public void UseOf_EveryLinkType_IsWhatConvertDoes()
    {
        for (int number = 0; number <= ushort.MaxValue; number++)
        {
            var linkType = (LinkType)number;
            LinkTypeUse use = LinkTypeConverter.UseOf(linkType);
            ConversionRefusal refusal = s_converter.Convert(linkType, [], _frame).Refusal;
            Assert.Equal(use == LinkTypeUse.None, refusal == ConversionRefusal.LinkType);
        }

        Assert.Equal(LinkTypeUse.Ethernet, LinkTypeConverter.UseOf(LinkType.Ethernet));
        Assert.Equal(LinkTypeUse.BareIp, LinkTypeConverter.UseOf(LinkType.Raw12));
        Assert.Equal(LinkTypeUse.Convertible, LinkTypeConverter.UseOf(LinkType.LinuxSll2));
    }

    [Fact]
    public void Convert_RandomOctets_NeverThrowsNorAllocates()
    {
        LinkType[] linkTypes = Enum.GetValues<LinkType>();
        Random random = new(3);
        byte[] packet = new byte[80];
        ConvertSome(100);
        Assert.Equal(0, Allocations.Fewest(() => ConvertSome(20_000)));

        void ConvertSome(int count)
        {
            for (int i = 0; i < count; i++)
            {
                random.NextBytes(packet);
                packet[2] = packet[8] = 0; // cooked headers of hardware that is known come more often
                packet[3] = packet[9] = (byte)(i & 1);
                ReadOnlySpan<byte> kept = packet.AsSpan(0, random.Next(packet.Length));
                LinkType linkType = linkTypes[i % linkTypes.Length];
                ConversionVerdict verdict = s_converter.Convert(linkType, kept, _frame.AsSpan(0, random.Next(120)));
                if (verdict.IsConverted && linkType != LinkType.Ethernet && verdict.Length != kept.Length - verdict.HeaderLength + 14)
                {
                    Assert.Fail($"round {i}: {verdict}");
                }
            }
        }
    }

    /// <summary>Every packet of the real captures: a frame, or a cause; and cooked frames keep every octet behind the header.</summary>
    [Fact]
    public void Convert_RealCaptures_GivesAFrameOrACause()
    {
        string? folder = CaptureFolder.Find();
        if (folder is null)
        {
            Assert.Skip("no real captures: name their folder in VSWITCH_CAPTURES");
        }

        Dictionary<(LinkType LinkType, ConversionRefusal Refusal), int> counts = [];
        byte[] frame = new byte[300_000];
        foreach (string path in Directory.EnumerateFiles(folder, "*.*cap*"))
        {
            using CaptureReader reader = CaptureReader.Open(path);
            while (reader.TryRead(out CapturedPacket packet))
            {
                ConversionVerdict verdict = s_converter.Convert(packet.Interface.LinkType, packet.Octets, frame);
                counts[(packet.Interface.LinkType, verdict.Refusal)] = counts.GetValueOrDefault((packet.Interface.LinkType, verdict.Refusal)) + 1;
                if (verdict.IsConverted && packet.Interface.LinkType != LinkType.Ethernet)
                {
                    Assert.True(packet.Octets[verdict.HeaderLength..].SequenceEqual(frame.AsSpan(14, verdict.Length - 14)), path);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join('\n', counts.OrderBy(c => c.Key).Select(c => $"{LinkTypeNames.Of(c.Key.LinkType)} {c.Key.Refusal}: {c.Value}")));
        Assert.DoesNotContain(counts.Keys, k => LinkTypeConverter.UseOf(k.LinkType) != LinkTypeUse.None && k.Refusal == ConversionRefusal.LinkType);
        Assert.True(counts.Keys.Count(k => k.Refusal == ConversionRefusal.None && k.LinkType != LinkType.Ethernet) > 5, "few link types were met");
    }

    private void AssertFrame(string header, byte[] payload, ConversionInventions inventions, LinkType linkType, byte[] packet)
    {
        ConversionVerdict verdict = s_converter.Convert(linkType, packet, _frame);
        Assert.Equal(new ConversionVerdict(14 + payload.Length, packet.Length - payload.Length, inventions, ConversionRefusal.None), verdict);
        Assert.Equal(header + Convert.ToHexString(payload), Convert.ToHexString(_frame, 0, verdict.Length));
    }

    private void AssertRefused(ConversionRefusal refusal, LinkType linkType, byte[] packet) =>
        Assert.Equal(new ConversionVerdict(0, 0, ConversionInventions.None, refusal), s_converter.Convert(linkType, packet, _frame));

    private static byte[] Cooked(LinkType linkType, byte packetType, int hardware, byte addressLength, int protocol, byte[] payload)
    {
        byte[] address = [0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0, 0];
        byte[] kind = [(byte)(hardware >> 8), (byte)hardware], type = [(byte)(protocol >> 8), (byte)protocol];
        return linkType == LinkType.LinuxSll
            ? [0, packetType, .. kind, 0, addressLength, .. address, .. type, .. payload]
            : [.. type, 0, 0, 0, 0, 0, 7, .. kind, packetType, addressLength, .. address, .. payload];
    }

    private static byte[] Ip4(uint destination)
    {
        byte[] packet = new byte[24];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), destination);
        return packet;
    }

    private static byte[] Ip6(byte first)
    {
        byte[] packet = new byte[44];
        packet[0] = 0x60;
        for (int i = 24; i < 40; i++)
        {
            packet[i] = (byte)(i + 1);
        }

        packet[24] = first;
        return packet;
    }
}
