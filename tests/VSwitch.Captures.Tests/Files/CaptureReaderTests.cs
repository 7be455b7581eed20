using VSwitch.Captures.Files;

namespace VSwitch.Captures.Tests.Files;

public sealed class CaptureReaderTests
{
    private const long Second = 1_000_000_000;

    public static TheoryData<string> Samples => [.. SampleFiles.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    [Trait("Fault", "75")]
    public void TryRead_EveryFormatAndByteOrder_GivesWhatWasComposed(string name)
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(SampleFiles.Of(name)));
        List<Packet> read = Packet.All(reader);

        Assert.Null(reader.Error);
        Assert.Equal(name.EndsWith("big", StringComparison.Ordinal), reader.IsBigEndian);
        Assert.Equal(name.StartsWith("gzip", StringComparison.Ordinal), reader.IsCompressed);
        if (reader.Format == CaptureFormat.Pcapng)
        {
            string[] expected =
            [
                $"0 1000000000000000001 {Hex(1, 61)} 61 Inbound  0 a comment",
                $"1 {8 * Second} {Hex(2, 20)} 60 Unknown  0 ",
                $"0 1000000000000000002 {Hex(3, 6)} 6 Outbound  7 ",
                $"0  {Hex(4, 9)} 9 Unknown  0 ",
                $"2 {1_000_000_000_000_005_000} {Hex(5, 16)} 16 Unknown  0 ",
                "2 4000  0 Unknown  0 ",
            ];
            Assert.Equal(expected, read.Select(p => p.ToString()));
            Assert.Equal([LinkType.Ethernet, LinkType.Raw, LinkType.LinuxSll], reader.Interfaces.Select(i => i.LinkType));
            Assert.Equal(["eth0", null, null], reader.Interfaces.Select(i => i.Name));
            Assert.Equal(["ip", null, null], reader.Interfaces.Select(i => i.Filter));
            Assert.Equal([9, 0x8A, 6], reader.Interfaces.Select(i => (int)i.TimestampResolution));
            Assert.Equal(["of the section"], reader.Comments);
            return;
        }

        long unit = reader.Format == CaptureFormat.NanosecondPcap ? 1 : 1000;
        Assert.Equal(
            Enumerable.Range(0, 6).Select(i => $"0 {((Second + i) * Second) + (i * unit)} {Hex(i, i * 11)} {i * 11} Unknown  0 "),
            read.Select(p => p.ToString()));
        Assert.Equal(LinkType.LinuxSll, Assert.Single(reader.Interfaces).LinkType);
    }

    [Theory]
    [InlineData(0x0000_0001u, 1)]
    [InlineData(0x2400_0001u, 1)] // the length of the FCS: not a part of the link type
    [InlineData(0xF800_0071u, 113)]
    [InlineData(0x0020_2020u, 0x20_2020)] // reserved: no link type that anybody knows
    [Trait("Fault", "75")]
    public void LinkType_BitsAbove_AreNotPartOfIt(uint field, int linkType)
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(new FileComposer(false).Pcap(linkType: field).ToArray()));
        Assert.Equal(linkType, (int)Assert.Single(reader.Interfaces).LinkType);
    }

    [Theory]
    [InlineData(2, 4, 4u, 7u)]
    [InlineData(2, 2, 7u, 4u)] // the lengths the other way round
    [InlineData(2, 3, 7u, 4u)] // both ways: the greater is that on the wire
    [InlineData(2, 3, 4u, 7u)]
    [InlineData(543, 0, 7u, 4u)]
    [InlineData(2, 9, 4u, 7u)] // later ones are read as the last one known
    [Trait("Fault", "75")]
    public void Version_OfOldPcap_SaysHowLengthsStand(int major, int minor, uint third, uint fourth)
    {
        byte[] file = new FileComposer(true).Pcap(major: major, minor: minor).Record(1, 2, new byte[4], third, fourth).ToArray();

        Packet read = Assert.Single(Packet.All(file));

        Assert.Equal("00000000", read.Octets);
        Assert.Equal(7u, read.OriginalLength);
    }

    [Theory]
    [InlineData(6, 0, 1_700_000_000_123_456ul, 1_700_000_000_123_456_000)]
    [InlineData(9, 0, 1_700_000_000_123_456_789ul, 1_700_000_000_123_456_789)]
    [InlineData(3, 0, 1_700_000_000_123ul, 1_700_000_000_123_000_000)]
    [InlineData(7, 0, 17_000_000_001_234_567ul, 1_700_000_000_123_456_700)]
    [InlineData(0, 0, 1_700_000_000ul, 1_700_000_000_000_000_000)]
    [InlineData(12, 0, 1_700_000_123_456_789_999ul, 1_700_000_123_456_789)]
    [InlineData(127, 0, ulong.MaxValue, 0)]
    [InlineData(28, 0, ulong.MaxValue, 1)]
    [InlineData(0x80, 0, 5ul, 5 * Second)]
    [InlineData(0x81, 0, 3ul, 1_500_000_000)]
    [InlineData(0xA0, 0, 0x1_8000_0000ul, 1_500_000_000)]
    [InlineData(0xFF, 0, ulong.MaxValue, 0)]
    [InlineData(6, -3, 1_000_000ul, -2 * Second)]
    [InlineData(9, 10, 5ul, (10 * Second) + 5)]
    [InlineData(6, 0, ulong.MaxValue, long.MaxValue)]
    [InlineData(9, 0, ulong.MaxValue, long.MaxValue)]
    [InlineData(0, long.MinValue, 0ul, long.MinValue)]
    [InlineData(0x80, long.MaxValue, ulong.MaxValue, long.MaxValue)]
    [Trait("Fault", "76")]
    public void Timestamp_AnyResolutionAndOffset_IsNanosecondsOrTheNearest(int resolution, long offsetSeconds, ulong units, long nanoseconds)
    {
        foreach (bool isBig in new[] { false, true })
        {
            FileComposer file = new(isBig);
            file.Section()
                .Interface(options: [.. file.Option(9, [(byte)resolution]), .. file.Option(14, file.Number64((ulong)offsetSeconds))])
                .Enhanced(0, units, []);
            Assert.Equal(nanoseconds, Assert.Single(Packet.All(file.ToArray())).Timestamp);
        }
    }

    [Fact]
    [Trait("Fault", "76")]
    public void Timestamp_BackwardAndHuge_StaysAsItIs()
    {
        byte[] file = new FileComposer(false).Pcap()
            .Record(uint.MaxValue, uint.MaxValue, [1]).Record(5, 0, []).Record(4, 999_999, [2], original: 0)
            .Record(4, 2_000_000, [3], original: uint.MaxValue).ToArray();

        List<Packet> read = Packet.All(file);

        Assert.Equal([(uint.MaxValue * Second) + (uint.MaxValue * 1000L), 5 * Second, 4_999_999_000, 6 * Second], read.Select(p => p.Timestamp!.Value));
        Assert.Equal([1u, 0, 0, uint.MaxValue], read.Select(p => p.OriginalLength));
        Assert.Equal(["01", "", "02", "03"], read.Select(p => p.Octets));
    }

    [Theory]
    [InlineData(0u, 12u, 12)]
    [InlineData(5u, 12u, 5)]
    [InlineData(0x8000_0000u, 12u, 12)]
    [InlineData(uint.MaxValue, 0u, 0)]
    [Trait("Fault", "75")]
    public void SimplePacket_OfAnySnapLength_HasWhatWasKept(uint snapLength, uint original, int kept)
    {
        byte[] file = new FileComposer(false).Section().Interface(snapLength: snapLength).Simple(original, new byte[kept]).Simple(1, [9]).ToArray();

        List<Packet> read = Packet.All(file);

        Assert.Equal([kept, 1], read.Select(p => p.Octets.Length / 2));
        Assert.Equal([original, 1u], read.Select(p => p.OriginalLength));
    }

    /// <summary>Texts that stay until the end have a bound, all together; those of packets come and go.</summary>
    [Fact]
    public void Comments_MoreThanAreKept_AreCounted()
    {
        FileComposer file = new(true);
        byte[] half = [.. Enumerable.Repeat((byte)'x', 40_000)];
        byte[] two = [.. file.Option(1, half), .. file.Option(1, half), .. file.Option(1, "short"u8.ToArray())];
        byte[] four = [.. two, .. two];
        file.Section(options: two).Interface(options: file.Option(2, half)).Enhanced(0, 1, [], options: two).Enhanced(0, 2, [], options: four).Enhanced(0, 3, []);
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file.ToArray()));

        List<Packet> read = Packet.All(reader);

        Assert.Null(reader.Error);
        Assert.Equal([40_000, 5], reader.Comments.Select(c => c.Length));
        Assert.Null(Assert.Single(reader.Interfaces).Name);
        Assert.Equal([80_007, 120_008, 0], read.Select(p => p.Comments.Length)); // 131,072 octets of options of a packet are kept
        Assert.Equal(3, reader.OmittedTexts);
    }

    [Fact]
    public void Open_StreamThatGivesAnOctetAtATime_ReadsTheSame()
    {
        foreach (string name in SampleFiles.Names)
        {
            byte[] file = SampleFiles.Of(name);
            using CaptureReader reader = CaptureReader.Open(new TricklingStream(file));
            Assert.Equal(Packet.All(file).Select(p => p.ToString()), Packet.All(reader).Select(p => p.ToString()));
            Assert.Null(reader.Error);
        }
    }

    [Fact]
    public void Dispose_ClosesTheStream_UnlessItIsToStay()
    {
        MemoryStream kept = new(SampleFiles.Of("gzip big")), closed = new(SampleFiles.Of("gzip big"));
        CaptureReader.Open(kept, leaveOpen: true).Dispose();
        CaptureReader.Open(closed).Dispose();
        Assert.True(kept.CanRead);
        Assert.False(closed.CanRead);
    }

    [Fact]
    public void Open_NoSuchFile_IsTheCallersException() => Assert.Throws<FileNotFoundException>(() => CaptureReader.Open("no such file.pcap"));

    private static string Hex(int number, int length) => Convert.ToHexString(Packet.Numbered(number, length));
}
