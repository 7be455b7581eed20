using System.IO.Compression;
using VSwitch.Captures.Files;

namespace VSwitch.Captures.Tests.Files;

/// <summary>A small file of each format and byte order, with all that a file can have.</summary>
internal static class SampleFiles
{
    internal static readonly (uint Magic, CaptureFormat Format)[] Magics =
        [(0xA1B2_C3D4, CaptureFormat.Pcap), (0xA1B2_3C4D, CaptureFormat.NanosecondPcap), (0xA1B2_CD34, CaptureFormat.ModifiedPcap)];

    /// <summary>Their names.</summary>
    internal static IEnumerable<string> Names =>
        from big in new[] { "little", "big" }
        from kind in new[] { "pcap", "nanosecond", "modified", "pcapng", "gzip" }
        select $"{kind} {big}";

    internal static byte[] Of(string name)
    {
        bool isBig = name.EndsWith("big", StringComparison.Ordinal);
        return name.Split(' ')[0] switch
        {
            "pcap" => Classic(Magics[0].Magic, isBig, 0),
            "nanosecond" => Classic(Magics[1].Magic, isBig, 0),
            "modified" => Classic(Magics[2].Magic, isBig, 8),
            "pcapng" => Pcapng(isBig),
            _ => Gzip(Pcapng(isBig)),
        };
    }

    internal static byte[] Gzip(byte[] file)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal))
        {
            gzip.Write(file);
        }

        return stream.ToArray();
    }

    private static byte[] Flags(bool isBig, byte direction) => isBig ? [0, 0, 0, direction] : [direction, 0, 0, 0];

    private static byte[] Classic(uint magic, bool isBig, int more)
    {
        FileComposer file = new FileComposer(isBig).Pcap(magic, snapLength: 262_144, linkType: 113);
        for (int i = 0; i < 6; i++)
        {
            file.Record(1_000_000_000 + (uint)i, (uint)i, Packet.Numbered(i, i * 11), more: more);
        }

        return file.ToArray();
    }

    private static byte[] Pcapng(bool isBig)
    {
        FileComposer file = new(isBig);
        byte[] end = file.Option(0, []);
        file.Section(options: [.. file.Option(1, "of the section"u8.ToArray()), .. file.Option(4, "tests"u8.ToArray()), .. end])
            .Interface(LinkType.Ethernet, 0, [.. file.Option(2, "eth0"u8.ToArray()), .. file.Option(9, [9]), .. file.Option(11, [0, (byte)'i', (byte)'p']), .. end])
            .Enhanced(
                0, 1_000_000_000_000_000_001, Packet.Numbered(1, 61), options: [.. file.Option(1, "a comment"u8.ToArray()), .. file.Option(2, Flags(isBig, 1)), .. end])
            .Block(4, new byte[8]) // names
            .Interface(LinkType.Raw, 20, [.. file.Option(9, [0x8A]), .. file.Option(14, file.Number64(5)), .. end])
            .Enhanced(1, 3 << 10, Packet.Numbered(2, 20), original: 60)
            .Obsolete(0, 7, 1_000_000_000_000_000_002, Packet.Numbered(3, 6), file.Option(2, Flags(isBig, 2)))
            .Block(5, new byte[12]) // counts of an interface
            .Simple(9, Packet.Numbered(4, 9))
            .Block(0xBAD, new byte[16]);
        FileComposer second = new(!isBig);
        second.Section(minor: 2).Interface(LinkType.LinuxSll).Enhanced(0, 1_000_000_000_000_005, Packet.Numbered(5, 16)).Enhanced(0, 4, []);
        return [.. file.ToArray(), .. second.ToArray()];
    }
}
