using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;
using VSwitch.Captures.Tests.Files;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Recording;

/// <summary>Rows of files by size and time, and disks that fill up.</summary>
public sealed class CaptureFilesTests
{
    private const int Length = 1000;

    private static readonly CaptureInterface s_one = new() { Index = 0, Name = "one" };
    private static readonly CaptureInterface s_two = new() { Index = 1, Name = "two" };

    private readonly VirtualTime _time = new();
    private readonly List<(string Path, MemoryStream Stream)> _opened = [];

    [Fact]
    public void Write_OneFile_HasAllThatThePacketsHad()
    {
        using (CaptureFiles files = Files(new() { Path = "a" }))
        {
            files.Write(new CapturedPacket
            {
                Interface = s_two, Timestamp = 5, Octets = new byte[] { 1, 2 }, OriginalLength = 9, Direction = PacketDirection.Inbound, PacketId = 7, DropCount = 3, Comments = ["c"],
            });
            Assert.Equal(1, files.Written);
        }

        Packet packet = Assert.Single(Packets(0));
        Assert.Equal("two", packet.Interface.Name);
        Assert.Equal((5, "0102", 9u, PacketDirection.Inbound, 7ul, 3ul, "c"), (packet.Timestamp!.Value, packet.Octets, packet.OriginalLength, packet.Direction, packet.Id!.Value, packet.DropCount, packet.Comments));
    }

    [Fact]
    public void Write_MaxOctets_NumbersFromTheSecondOnAndNoFileIsMuchLonger()
    {
        Write(new() { Path = "a.pcapng", MaxOctets = 5000 }, 20);
        Assert.Equal(["a.pcapng", "a.pcapng1", "a.pcapng2", "a.pcapng3"], _opened.Select(o => o.Path));
        Assert.All(_opened, o => Assert.InRange(o.Stream.ToArray().Length, 1, 5000 + Length + 64));
        Assert.Equal(Enumerable.Range(0, 20), Numbers());
    }

    [Fact]
    public void Write_MaxOctetsAndMaxFiles_AreARingWithNumbersOfOneWidth()
    {
        Write(new() { Path = "a", MaxOctets = 2000, MaxFiles = 11 }, 24); // two packets a file
        Assert.Equal(["a00", "a01", "a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10", "a00"], _opened.Select(o => o.Path));
        Assert.Equal([22, 23], Numbers(11));
    }

    [Fact]
    public void Write_MaxAge_NamesAreOfTheTimeAndTheNextFileBeginsWithAPacket()
    {
        using (CaptureFiles files = Files(new() { Path = "a-%Y%m%d-%H%M%S-%s-%F-%T-%%.pcapng", MaxAge = TimeSpan.FromSeconds(10) }))
        {
            _time.Advance(TimeSpan.FromSeconds(86_400 + 3661) - _time.GetUtcNow().TimeOfDay);
            files.Begin();
            Put(files, 0);
            _time.Advance(TimeSpan.FromSeconds(9));
            Put(files, 1);
            _time.Advance(TimeSpan.FromSeconds(60));
            files.Flush();
            Assert.Single(_opened);
            Put(files, 2);
        }

        Assert.Equal(2, _opened.Count);
        Assert.Equal("a-19700102-010101-90061-1970-01-02-01:01:01-%.pcapng", _opened[0].Path);
        Assert.Equal("a-19700102-010210-90130-1970-01-02-01:02:10-%.pcapng", _opened[1].Path);
        Assert.Equal([0, 1], Numbers(0));
        Assert.Equal([2], Numbers(1));
    }

    [Fact]
    public void Write_MaxAgeAndMaxFiles_EndsWhenTheyAreFull()
    {
        using CaptureFiles files = Files(new() { Path = "%s", MaxAge = TimeSpan.FromSeconds(1), MaxFiles = 2 });
        for (int i = 0; i < 5; i++)
        {
            Put(files, i);
            _time.Advance(TimeSpan.FromSeconds(1.5));
        }

        Assert.True(files.IsFull);
        Assert.Equal(2, files.Written);
        Assert.Equal([0, 1], Numbers());
    }

    [Fact]
    public void Write_MaxAgeAndMaxOctets_BothBeginFilesAndNamesStayApart()
    {
        Write(new() { Path = "%Y", MaxAge = TimeSpan.FromHours(1), MaxOctets = 2000 }, 6);
        Assert.Equal(["1970", "19701", "19702"], _opened.Select(o => o.Path));
    }

    [Theory]
    [InlineData("a", "would be the name of every file")]
    [InlineData("a%%b", "would be the name of every file")]
    [InlineData("a%q", "%q")]
    [InlineData("%H%", "% ")]
    public void Constructor_PatternThatCannotBe_IsRefusedInOneLine(string pattern, string problem)
    {
        var error = Assert.Throws<ArgumentException>(() => Files(new() { Path = pattern, MaxAge = TimeSpan.FromSeconds(1) }));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Write_InterfacesThatComeLater_AreInAllFilesFromThenOn()
    {
        using (CaptureFiles files = Files(new() { Path = "a", MaxOctets = 1000 }))
        {
            Put(files, 0, s_two);
            Put(files, 1, s_one);
            Put(files, 2, s_two);
        }

        Assert.Equal(3, _opened.Count);
        Assert.Equal(["two", "two,one", "two,one"], _opened.Select(o => string.Join(',', InterfacesOf(o.Stream).Select(i => i.Name))));
        Assert.Equal(["two", "one", "two"], Enumerable.Range(0, 3).Select(i => Packets(i).Single().Interface.Name!));
    }

    [Fact]
    public void Add_PortsWithoutPackets_AreInEveryFile()
    {
        using (CaptureFiles files = Files(new() { Path = "a", MaxOctets = 1000 }))
        {
            files.Add(s_one); // before it begins
            files.Begin();
            files.Add(s_two);
            files.Add(s_two);
            Put(files, 0, s_two);
            Put(files, 1, s_two);
        }

        Assert.All(_opened, o => Assert.Equal(["one", "two"], InterfacesOf(o.Stream).Select(i => i.Name!)));
        Assert.Equal(["two", "two"], Enumerable.Range(0, 2).Select(i => Packets(i).Single().Interface.Name!));
    }

    [Fact]
    public void Write_ClassicPcap_TakesAllInterfacesOfOneLinkType()
    {
        using CaptureFiles files = Files(new() { Path = "a.pcap", Format = CaptureFormat.NanosecondPcap, MaxOctets = 2000 });
        CaptureInterface tun = new() { Index = 2, Name = "tun", LinkType = LinkType.Raw };
        files.Add(tun); // it has no packets
        for (int i = 0; i < 6; i++)
        {
            Put(files, i, i % 2 == 0 ? s_one : s_two);
        }

        var error = Assert.Throws<InvalidOperationException>(() => Put(files, 6, tun));
        Assert.Contains("write pcapng", error.Message, StringComparison.Ordinal);
        Put(files, 7, s_two);
        files.Dispose();
        Assert.Equal([0, 1, 2, 3, 4, 5, 7], Numbers());
        Assert.All(_opened, o => Assert.Equal(LinkType.Ethernet, InterfacesOf(o.Stream).Single().LinkType));
    }

    [Theory]
    [InlineData(CaptureFormat.Pcapng)]
    [InlineData(CaptureFormat.NanosecondPcap)]
    [Trait("Fault", "78")]
    public void Write_DiskOfAnyRoom_LeavesAFileThatIsWholeToTheLastFlush(CaptureFormat format)
    {
        int most = 0;
        for (int room = 0; room < 9000; room += 37)
        {
            var disk = new FailingStream(room);
            using var files = new CaptureFiles(new CaptureFileOptions { Path = "a", Format = format }, _time, _ => disk);
            int flushed = 0;
            bool hasFailed = false;
            try
            {
                files.Begin();
                for (int i = 0; i < 20; i++)
                {
                    Put(files, i);
                    if (i % 3 == 2)
                    {
                        files.Flush();
                        flushed = i + 1;
                    }
                }
            }
            catch (IOException)
            {
                hasFailed = true;
            }

            Assert.True(hasFailed && files.IsFull && disk.IsClosed, $"{room} octets");
            Assert.Equal(flushed, files.Written);
            Put(files, 99); // nothing, from now on
            files.Flush();
            files.Dispose();
            using CaptureReader reader = CaptureReader.Open(new MemoryStream(disk.ToArray()));
            Assert.Equal(Enumerable.Range(0, flushed), Packet.All(reader).Select(NumberOf));
            Assert.True(reader.Error is null || disk.ToArray().Length == 0, $"{room} octets: {reader.Error}");
            most = Math.Max(most, flushed);
        }

        Assert.True(most > 3);
    }

    [Fact]
    [Trait("Fault", "78")]
    public void Dispose_DiskThatIsFullOnlyThen_CutsTheFileBackAndSaysSo()
    {
        var disk = new FailingStream(5000);
        var files = new CaptureFiles(new CaptureFileOptions { Path = "a" }, _time, _ => disk);
        Put(files, 0);
        files.Flush();
        for (int i = 1; i < 10; i++)
        {
            Put(files, i);
        }

        Assert.Throws<IOException>(files.Dispose);
        files.Dispose();
        Assert.True(disk.IsClosed);
        Assert.Equal([0], Packet.All(disk.ToArray()).Select(NumberOf));
        Assert.Equal(1, files.Written);
    }

    [Fact]
    [Trait("Fault", "78")]
    public void Write_DiskThatIsFullAtTheNextFile_LeavesNoZerosThere()
    {
        var second = new FailingStream(10);
        MemoryStream[] disks = [new FailingStream(1 << 20), second];
        using var files = new CaptureFiles(new CaptureFileOptions { Path = "a", MaxOctets = 3000 }, _time, path => disks[path.Length - 1]);
        Put(files, 0);
        files.Flush();
        Put(files, 1);
        Put(files, 2);
        Assert.Throws<IOException>(() => Put(files, 3));
        Assert.True(files.IsFull);
        Assert.Empty(second.ToArray());
        Assert.Equal([0, 1, 2], Packet.All(disks[0].ToArray()).Select(NumberOf));
        Assert.Equal(3, files.Written);
    }

    [Fact]
    [Trait("Fault", "78")]
    public void Write_StreamThatHadSomethingBefore_IsCutBackToThatAtMost()
    {
        var disk = new FailingStream(2000);
        disk.Write([1, 2, 3, 4]);
        using var files = new CaptureFiles(new CaptureFileOptions { Path = "-" }, _time, _ => disk);
        files.Begin();
        Put(files, 0);
        files.Flush();
        Put(files, 1);
        Assert.Throws<IOException>(files.Flush);
        Assert.Equal([1, 2, 3, 4], disk.ToArray()[..4]);
        Assert.Equal([0], Packet.All(disk.ToArray()[4..]).Select(NumberOf));
    }

    [Fact]
    public void Begin_PathThatCannotBe_ThrowsAndLaterToo()
    {
        using var files = new CaptureFiles(new CaptureFileOptions { Path = "/proc/none/a" }, _time);
        Assert.ThrowsAny<IOException>(files.Begin);
        Assert.ThrowsAny<IOException>(() => Put(files, 1));
        Assert.Equal(0, files.Written);
    }

    private CaptureFiles Files(CaptureFileOptions options) => new(options, _time, path =>
    {
        var stream = new MemoryStream();
        _opened.Add((path, stream));
        return stream;
    });

    private void Write(CaptureFileOptions options, int count)
    {
        using CaptureFiles files = Files(options);
        for (int i = 0; i < count; i++)
        {
            Put(files, i);
        }
    }

    private static void Put(CaptureFiles files, int number, CaptureInterface? at = null)
    {
        byte[] octets = new byte[Length];
        BitConverter.TryWriteBytes(octets, number);
        files.Write(new CapturedPacket { Interface = at ?? s_one, Timestamp = number, Octets = octets, OriginalLength = Length, Comments = [] });
    }

    private List<Packet> Packets(int file) => Packet.All(_opened[file].Stream.ToArray());

    private IEnumerable<int> Numbers(int file) => Packets(file).Select(NumberOf);

    private IEnumerable<int> Numbers() => Enumerable.Range(0, _opened.Count).SelectMany(Numbers);

    private static int NumberOf(Packet packet) => BitConverter.ToInt32(Convert.FromHexString(packet.Octets.AsSpan(0, 8)));

    private static IReadOnlyList<CaptureInterface> InterfacesOf(MemoryStream file)
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file.ToArray()));
        Packet.All(reader);
        Assert.Null(reader.Error);
        return reader.Interfaces;
    }
}
