using System.Globalization;
using VSwitch.Captures.Files;

namespace VSwitch.Captures.Tests.Files;

/// <summary>Files that are cut off, damaged, or made to hurt.</summary>
[Trait("Fault", "74")]
public sealed class BrokenFileTests
{
    private const long MaxAllocated = 1_000_000;
    private const int MutationsOnEachBuild = 8000;

    public static TheoryData<string> Samples => [.. SampleFiles.Names];

    private static TimeSpan? LongRun =>
        double.TryParse(Environment.GetEnvironmentVariable("VSWITCH_STRESS_SECONDS"), CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    [Theory]
    [MemberData(nameof(Samples))]
    public void TryRead_CutOffAtEveryOctet_GivesWhatIsWholeAndOneError(string name)
    {
        byte[] file = SampleFiles.Of(name);
        string[] all = [.. Packet.All(file).Select(p => p.ToString())];
        int wholeFiles = 0;
        int before = 0;
        for (int length = 0; length <= file.Length; length++)
        {
            using CaptureReader reader = CaptureReader.Open(new MemoryStream(file[..length]));
            string[] read = [.. Packet.All(reader).Select(p => p.ToString())];

            Assert.Equal(all[..read.Length], read);
            Assert.True(read.Length >= before, $"{length} octets give {read.Length} packets, one less gave {before}");
            before = read.Length;
            wholeFiles += reader.Error is null ? 1 : 0;
            AssertHasEnded(reader);
        }

        Assert.Equal(all.Length, before);
        Assert.Equal(name.Split(' ')[0] switch { "gzip" => 1, "pcapng" => 14, _ => 7 }, wholeFiles);
    }

    /// <summary>Where damage was done, what is in front of it comes out; and nothing ever throws.</summary>
    [Fact]
    public void TryRead_RandomMutations_GivesTheGoodPacketsInFront()
    {
        (string Name, byte[] File, string[] Packets, int[] Whole)[] samples =
        [
            .. from name in SampleFiles.Names
               let file = SampleFiles.Of(name)
               select (name, file, Packet.All(file).Select(p => p.ToString()).ToArray(), WholePackets(file)),
        ];
        Random random = new(12);
        long start = TimeProvider.System.GetTimestamp();
        for (int round = 0; round < MutationsOnEachBuild || TimeProvider.System.GetElapsedTime(start) < LongRun; round++)
        {
            int seed = random.Next();
            Random choice = new(seed);
            (string name, byte[] original, string[] packets, int[] whole) = samples[choice.Next(samples.Length)];
            byte[] file = [.. original];
            int first = file.Length;
            for (int i = choice.Next(1, 9); i > 0; i--)
            {
                int at = choice.Next(file.Length);
                file[at] = choice.Next(3) switch { 0 => 0xFF, 1 => (byte)(file[at] ^ (1 << choice.Next(8))), _ => (byte)choice.Next(256) };
                first = Math.Min(first, at);
            }

            try
            {
                using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
                string[] read = [.. Packet.All(reader).Select(p => p.ToString())];
                int good = name.StartsWith("gzip", StringComparison.Ordinal) ? reader.Error is null ? packets.Length : 0 : whole[first];
                Assert.Equal(packets[..good], read[..Math.Min(good, read.Length)]);
                AssertHasEnded(reader);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}, seed {seed}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public void TryRead_CompressedFileDamagedNearItsEnd_GivesMostOfIt()
    {
        const int count = 5000;
        Random random = new(5);
        FileComposer file = new FileComposer(false).Pcap();
        for (int i = 0; i < count; i++)
        {
            byte[] octets = new byte[100];
            random.GetItems<byte>([1, 2, 3, 4, 5, 6, 7], octets); // few values: it is worth compressing
            file.Record((uint)i, 0, octets);
        }

        byte[] compressed = SampleFiles.Gzip(file.ToArray());
        compressed.AsSpan(compressed.Length * 9 / 10, 4000).Fill(0xFF);
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(compressed));
        int good = 0;
        while (reader.TryRead(out CapturedPacket packet) && packet.Timestamp == good * 1_000_000_000L)
        {
            good++;
        }

        Assert.InRange(good, count * 8 / 10, count * 91 / 100);
        Assert.NotNull(reader.Error);
    }

    [Fact]
    public void TryRead_RandomOctets_EndsInAnError()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            byte[] file = new byte[random.Next(1, 3000)];
            random.NextBytes(file);
            uint[] fronts = [0xA1B2_C3D4, 0xA1B2_3C4D, 0xA1B2_CD34, 0x0A0D_0D0A, 0x1F8B_0800, (uint)random.NextInt64(1L << 32)];
            FileComposer front = new(seed % 2 == 0);
            front.Word(fronts[seed % fronts.Length]);
            using CaptureReader reader = CaptureReader.Open(new MemoryStream([.. front.ToArray(), .. file]));

            while (reader.TryRead(out _))
            {
            }

            Assert.True(reader.Error is not null || reader.PacketCount > 0 || file.Length < 24, $"seed {seed}");
            AssertHasEnded(reader);
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void TryRead_HostileFile_AllocatesAMegaoctetAtMost(string name, string cause, int packets)
    {
        byte[] file = HostileFile(name);
        Read(HostileFile(name)); // what is allocated once is
        long before = GC.GetAllocatedBytesForCurrentThread();
        (CaptureError? error, long count) = Read(file);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(packets, count);
        Assert.Contains(cause, error?.Message ?? "", StringComparison.Ordinal);
        Assert.True(allocated <= MaxAllocated, $"{name}: {allocated} octets");
    }

    public static TheoryData<string, string, int> Hostile => new()
    {
        { "nothing", "the file is empty", 0 },
        { "three octets", "too short", 0 },
        { "text", "neither pcap nor pcapng", 0 },
        { "old version", "version 1.2 of pcap is not known", 0 },
        { "packet of 4 GiB", "claims 4294967295 octets: 262144 are the most", 1 },
        { "packet of 262145", "claims 262145 octets", 1 },
        { "packet of 262144 that is not there", "ends inside a packet", 1 },
        { "ng: block of 4 GiB", "claims 4294967292 octets: 16777216 are the most", 1 },
        { "ng: block of 16 MiB that is not there", "ends inside a block", 1 },
        { "ng: block of 8", "claims 8 octets: 12 are the fewest", 1 },
        { "ng: block of 33", "no multiple of four", 1 },
        { "ng: lengths differ", "says 16 at its end", 1 },
        { "ng: lengths of a packet differ", "a block of 92 octets says 0 at its end", 1 },
        { "ng: lengths of a simple packet differ", "a block of 20 octets says 0 at its end", 1 },
        { "ng: lengths of a packet with many options differ", "says 0 at its end", 2 }, // known only when the packet is out
        { "ng: packet longer than its block", "a packet claims 61 octets: its block has 60", 1 },
        { "ng: packet of 4 GiB", "a packet claims 4294967295 octets", 1 },
        { "ng: packet of no interface", "a packet of interface 7: its section has described 1", 1 },
        { "ng: packet of the section before", "a packet of interface 0: its section has described 0", 1 },
        { "ng: simple packet of no interface", "its section has described 0", 0 },
        { "ng: option longer than its block", "an option claims more", 1 },
        { "ng: no byte order", "no byte order", 1 },
        { "ng: version 2.0", "version 2.0 of pcapng", 0 },
        { "ng: version 1.1", "version 1.1 of pcapng", 0 },
        { "ng: a hundred thousand interfaces", "more than 4096 interfaces", 0 },
        { "ng: 14 MiB of options", "", 2 },
        { "ng: 30 MiB of blocks, compressed", "", 1 },
        { "gzip: nothing in it", "the file is empty", 0 },
        { "gzip: something behind it", "something else follows", 6 },
    };

    private static byte[] HostileFile(string name)
    {
        FileComposer plain = new FileComposer(false).Pcap();
        FileComposer good = new FileComposer(false).Pcap().Record(1, 1, new byte[60]);
        FileComposer ng = new FileComposer(false).Section().Interface();
        FileComposer goodNg = new FileComposer(false).Section().Interface().Enhanced(0, 1, new byte[60]);
        return name switch
        {
            "nothing" => [],
            "three octets" => [0xA1, 0xB2, 0xC3],
            "text" => "this is no capture at all"u8.ToArray(),
            "old version" => new FileComposer(true).Pcap(major: 1, minor: 2).ToArray(),
            "packet of 4 GiB" => good.Record(1, 1, [], uint.MaxValue, uint.MaxValue).ToArray(),
            "packet of 262145" => good.Record(1, 1, [], 262_145).ToArray(),
            "packet of 262144 that is not there" => good.Record(1, 1, new byte[262_143], 262_144).ToArray(),
            "ng: block of 4 GiB" => goodNg.Block(99, new byte[400], 0xFFFF_FFFC).ToArray(),
            "ng: block of 16 MiB that is not there" => goodNg.Block(99, new byte[400], 16 << 20).ToArray(),
            "ng: block of 8" => goodNg.Block(99, new byte[400], 8).ToArray(),
            "ng: block of 33" => goodNg.Block(6, new byte[400], 33).ToArray(),
            "ng: lengths differ" => goodNg.Block(99, new byte[8], 20, 16).ToArray(),
            "ng: lengths of a packet differ" => WithoutItsEnd(goodNg.Enhanced(0, 1, new byte[60])),
            "ng: lengths of a simple packet differ" => WithoutItsEnd(goodNg.Simple(1, new byte[1])),
            "ng: lengths of a packet with many options differ" =>
                WithoutItsEnd(goodNg.Enhanced(
                    0, 1, new byte[60], options: [.. ng.Option(9999, new byte[65_532]), .. ng.Option(9999, new byte[65_535]), .. new byte[8]])),
            "ng: packet longer than its block" => goodNg.Enhanced(0, 1, new byte[60], kept: 61).ToArray(),
            "ng: packet of 4 GiB" => goodNg.Enhanced(0, 1, new byte[60], kept: uint.MaxValue).ToArray(),
            "ng: packet of no interface" => goodNg.Enhanced(7, 1, new byte[60]).ToArray(),
            "ng: packet of the section before" => goodNg.Section().Enhanced(0, 1, new byte[60]).ToArray(),
            "ng: simple packet of no interface" => new FileComposer(true).Section().Simple(1, [1]).ToArray(),
            "ng: option longer than its block" => goodNg.Enhanced(0, 1, new byte[60], options: goodNg.Option(1, new byte[4], 5)).ToArray(),
            "ng: no byte order" => goodNg.Block(0x0A0D_0D0A, new byte[16]).ToArray(),
            "ng: version 2.0" => new FileComposer(true).Section(major: 2).ToArray(),
            "ng: version 1.1" => new FileComposer(true).Section(minor: 1).ToArray(),
            "ng: a hundred thousand interfaces" => ManyInterfaces(ng),
            "ng: 14 MiB of options" => ng
                .Enhanced(0, 1, new byte[60], options: [.. Enumerable.Repeat(ng.Option(9999, new byte[65_532]), 224).SelectMany(o => o)])
                .Enhanced(0, 2, [1]).ToArray(),
            "ng: 30 MiB of blocks, compressed" => SampleFiles.Gzip(ng.Block(99, new byte[15 << 20]).Block(98, new byte[15 << 20]).Enhanced(0, 2, [1]).ToArray()),
            "gzip: nothing in it" => SampleFiles.Gzip([]),
            "gzip: something behind it" => [.. SampleFiles.Of("gzip little"), 0, 0],
            _ => plain.ToArray(),
        };
    }

    /// <summary>The last length is gone, and a good packet follows.</summary>
    private static byte[] WithoutItsEnd(FileComposer file)
    {
        byte[] octets = file.ToArray();
        octets.AsSpan(octets.Length - 4).Clear();
        return [.. octets, .. new FileComposer(false).Enhanced(0, 1, new byte[60]).ToArray()];
    }

    private static byte[] ManyInterfaces(FileComposer file)
    {
        for (int i = 0; i < 100_000; i++)
        {
            file.Interface();
        }

        return file.ToArray();
    }

    private static (CaptureError? Error, long Count) Read(byte[] file)
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        while (reader.TryRead(out _))
        {
        }

        return (reader.Error, reader.PacketCount);
    }

    /// <summary>For each octet, how many packets are whole in front of it.</summary>
    private static int[] WholePackets(byte[] file) => [.. Enumerable.Range(0, file.Length + 1).Select(length => Packet.All(file[..length]).Count)];

    private static void AssertHasEnded(CaptureReader reader)
    {
        CaptureError? error = reader.Error;
        long count = reader.PacketCount;
        Assert.False(reader.TryRead(out CapturedPacket packet));
        Assert.True(packet.Octets.IsEmpty);
        Assert.Same(error, reader.Error);
        Assert.Equal(count, reader.PacketCount);
    }
}
