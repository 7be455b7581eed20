using System.Text.Json;
using VSwitch.Captures.Files;
using VSwitch.Captures.Tests.Files;
using VSwitch.Integration.Tests.Command;

namespace VSwitch.Integration.Tests.Captures;

/// <summary><c>pcap-replay info</c>, as it is run.</summary>
public sealed class InfoCommandTests
{
    [Fact]
    public async Task Info_GoodFile_TellsWhatIsInIt()
    {
        using TemporaryFile file = new(SampleFiles.Of("gzip little"));
        using LabProcess process = await InfoLab.Info(file.Path);

        Assert.Equal(0, process.ExitCode);
        Assert.Empty(process.Errors);
        Assert.Equal(
            [
                $"file          {file.Path}",
                "format        pcapng, little-endian, compressed with gzip",
                "packets       6, 1 cut short, 1 without a time, 1 with comments, 7 more were lost",
                "link types    ETHERNET, RAW, LINUX_SLL",
                "octets        112 captured, 152 on the wire",
                "first         1970-01-01T00:00:00.000004000Z",
                "last          2001-09-09T01:46:40.000005000Z",
                "duration      1000000000.000001000 s",
                "rate          0 packets/s, 0bit/s",
                "time order    not strict, 2 earlier than the one before",
                "comment       of the section",
                "  interface  name  link type  snap length     unit  packets",
                "          0  eth0  ETHERNET      no limit     1 ns        3",
                "          1  -     RAW                 20  2^-10 s        1",
                "          2  -     LINUX_SLL     no limit     1 us        2",
                "  interface 0: filter ip",
            ],
            process.Output);
    }

    [Fact]
    public async Task InfoJson_GoodFile_IsOneObjectWithAllOfIt()
    {
        using TemporaryFile file = new(SampleFiles.Of("pcapng big"));
        using LabProcess process = await InfoLab.Info("--json", file.Path);

        using var json = JsonDocument.Parse(Assert.Single(process.Output));
        JsonElement root = json.RootElement;
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(file.Path, root.GetProperty("file").GetString());
        Assert.Equal("pcapng", root.GetProperty("format").GetString());
        Assert.Equal("big", root.GetProperty("byteOrder").GetString());
        Assert.Equal(6, root.GetProperty("packets").GetInt64());
        Assert.Equal("""["ETHERNET","RAW","LINUX_SLL"]""", root.GetProperty("linkTypes").GetRawText());
        Assert.Equal([3, 1, 2], root.GetProperty("interfaces").EnumerateArray().Select(i => i.GetProperty("packets").GetInt64()));
        Assert.Equal([1, 101, 113], root.GetProperty("interfaces").EnumerateArray().Select(i => i.GetProperty("linkTypeNumber").GetInt32()));
        Assert.Equal("1970-01-01T00:00:00.000004000Z", root.GetProperty("first").GetString());
        Assert.Equal("2001-09-09T01:46:40.000005000Z", root.GetProperty("last").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task Info_FileThatBreaks_TellsTheGoodPartAndWhere()
    {
        byte[] broken = SampleFiles.Of("pcap big")[..^1];
        using TemporaryFile file = new(broken);
        using LabProcess text = await InfoLab.Info(file.Path);
        using LabProcess lines = await InfoLab.Info("--json", file.Path);

        Assert.Equal(1, text.ExitCode);
        Assert.Equal(1, lines.ExitCode);
        Assert.Equal($"error         offset {broken.Length - 54 - 16}: the file ends inside a packet", text.Output[^1]);
        using var json = JsonDocument.Parse(Assert.Single(lines.Output));
        Assert.Equal(5, json.RootElement.GetProperty("packets").GetInt64());
        Assert.Equal(broken.Length - 54 - 16, json.RootElement.GetProperty("error").GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task Info_SomeOfManyFiles_TellsOfTheOthersAndSaysTheCause()
    {
        using TemporaryFile text = new("no capture"), good = new(SampleFiles.Of("pcap big"));
        using LabProcess process = await InfoLab.Info("--json", "", "/no/such/file", text.Path, good.Path, Path.GetTempPath());

        Assert.Equal(2, process.ExitCode);
        Assert.Equal(2, process.Output.Count);
        Assert.Contains("\"format\":null", process.Output[0], StringComparison.Ordinal);
        Assert.Contains("neither pcap nor pcapng", process.Output[0], StringComparison.Ordinal);
        Assert.Contains("\"packets\":6", process.Output[1], StringComparison.Ordinal);
        Assert.Equal(
            [
                "pcap-replay: : no such file: check the name", "pcap-replay: /no/such/file: no such file: check the name",
                $"pcap-replay: {Path.GetTempPath()}: it is a folder: name the files in it",
            ],
            process.Errors);
    }

    [Fact]
    public async Task Info_StandardInput_IsReadAsAFile()
    {
        using TemporaryFile file = new(SampleFiles.Of("gzip big"));
        using LabProcess process = await InfoLab.Finish("/bin/sh", "-c", "exec \"$0\" info --json - < \"$1\"", InfoLab.Command, file.Path);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\"file\":\"-\"", Assert.Single(process.Output), StringComparison.Ordinal);
        Assert.Contains("\"packets\":6", process.Output[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_OutputThatCanNotBeWritten_IsOneLine()
    {
        using TemporaryFile file = new(SampleFiles.Of("pcap big"));
        using LabProcess process = await InfoLab.Finish("/bin/sh", "-c", "exec \"$0\" info \"$1\" > /dev/full", InfoLab.Command, file.Path);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("No space left on device", Assert.Single(process.Errors), StringComparison.Ordinal);
    }

    /// <summary>Names and comments come from others: no line of theirs moves the cursor, and none is a line of ours.</summary>
    [Fact]
    public async Task Info_HostileTexts_AreMadeFitForATerminal()
    {
        const string hostile = "\u001b[2Jx\ny\u202E\0z";
        using MemoryStream stream = new();
        using (CaptureWriter writer = CaptureWriter.Create(stream, leaveOpen: true, comments: [hostile]))
        {
            writer.AddInterface(new CaptureInterface { Name = hostile, Description = hostile, Filter = hostile, Comments = [hostile] });
        }

        string path = Path.Combine(Path.GetTempPath(), $"vswitch-{Guid.NewGuid():N}-\u001b[31m\n.pcapng");
        await File.WriteAllBytesAsync(path, stream.ToArray(), TestContext.Current.CancellationToken);
        try
        {
            using LabProcess text = await InfoLab.Info(path, path + "\n");
            using LabProcess lines = await InfoLab.Info("--json", path);

            Assert.Equal(2, text.ExitCode);
            Assert.All(text.Output.Concat(text.Errors), l => Assert.DoesNotContain(l, c => c is < ' ' or '\u202E' or '\u007f'));
            Assert.Equal(5, text.Output.Count(l => l.Contains("?[2Jx?y??z", StringComparison.Ordinal))); // the file's comment, the interface's row and its three texts
            Assert.Single(text.Errors);
            using var json = JsonDocument.Parse(Assert.Single(lines.Output));
            Assert.Equal(hostile, json.RootElement.GetProperty("comments")[0].GetString());
            Assert.Equal(path, json.RootElement.GetProperty("file").GetString());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
