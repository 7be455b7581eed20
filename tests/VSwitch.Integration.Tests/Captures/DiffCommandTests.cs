using System.Text.Json;

namespace VSwitch.Integration.Tests.Captures;

/// <summary><c>pcap-replay diff</c> over captures that other programs have changed.</summary>
public class DiffCommandTests
{
    [Fact]
    public async Task Diff_TcprewriteTtl_IsTtlAndChecksumAndNothingElse()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string after = lab.PathOf("ttl.pcap");
        using LabProcess rewrite = await DiffLab.Run("tcprewrite", "tcpreplay", $"--infile={before}", $"--outfile={after}", "--ttl=+1");
        using LabProcess diff = await DiffLab.Diff(before, after, "--json");
        Assert.True(diff.ExitCode == 1, diff.Text);
        JsonElement report = JsonDocument.Parse(diff.Output.Single()).RootElement;
        Assert.Equal((30, 10), (report.GetProperty("changed").GetInt32(), report.GetProperty("matched").GetInt32()));
        foreach (JsonElement difference in report.GetProperty("differences").EnumerateArray())
        {
            string[] changes = [.. difference.GetProperty("changes").EnumerateArray().Select(c => c.GetString()!)];
            Assert.Equal(["ip.ttl 64 -> 65", "ip.checksum"], changes.Select((c, i) => i == 0 ? c : c.Split(' ')[0]));
        }

        using LabProcess ignored = await DiffLab.Diff(before, after, "--ignore", "ip.ttl,ip.checksum");
        Assert.True(ignored.ExitCode == 0, ignored.Text);
        Assert.Equal("equal: 40 packets", ignored.Output.Single());
    }

    [Fact]
    public async Task Diff_TcprewriteAddresses_AreChangesNotOtherPackets()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string after = lab.PathOf("addresses.pcap");
        using LabProcess rewrite = await DiffLab.Run(
            "tcprewrite", "tcpreplay", $"--infile={before}", $"--outfile={after}", "--dstipmap=10.0.0.2/32:10.9.9.9/32", "--enet-dmac=02:00:00:00:00:77");
        using LabProcess diff = await DiffLab.Diff(before, after);
        Assert.True(diff.ExitCode == 1, diff.Text);
        Assert.Equal("different: 40 packets: 0 matched, 40 changed, 0 missing, 0 unexpected, 0 moved", diff.Output[^1]);
        Assert.Equal(20, diff.Output.Count(l => l.Contains("ip.dst 10.0.0.2 -> 10.9.9.9", StringComparison.Ordinal)));
        Assert.Contains("10.0.0.1:1024 > 10.0.0.2:5001 tcp", diff.Output);
    }

    [Fact]
    public async Task Diff_EditcapTakesPacketsOut_TheyAreMissing()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string after = lab.PathOf("fewer.pcapng");
        using LabProcess edit = await DiffLab.Run("editcap", "wireshark-common", before, after, "1", "17", "18", "40");
        using LabProcess diff = await DiffLab.Diff(before, after);
        Assert.True(diff.ExitCode == 1, diff.Text);
        string[] missing = [.. diff.Output.Where(l => l.StartsWith("  - ", StringComparison.Ordinal)).Select(l => l[4..l.IndexOf(':', StringComparison.Ordinal)])];
        Assert.Equal(["1", "17", "18", "40"], missing.OrderBy(int.Parse));
        Assert.Equal("different: 40 and 36 packets: 36 matched, 0 changed, 4 missing, 0 unexpected, 0 moved", diff.Output[^1]);
    }

    [Fact]
    public async Task Diff_EditcapCutsPackets_AreEqualAsFarAsBothGo()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string after = lab.PathOf("cut.pcap");
        using LabProcess edit = await DiffLab.Run("editcap", "wireshark-common", "-s", "50", before, after);
        using LabProcess diff = await DiffLab.Diff(before, after);
        Assert.True(diff.ExitCode == 1, diff.Text);
        using LabProcess common = await DiffLab.Diff(before, after, "--common-length");
        Assert.True(common.ExitCode == 0, common.Text);
    }

    [Fact]
    public async Task Diff_EditcapShiftsTimes_OnlyTheFirstPacketCounts()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string later = lab.PathOf("later.pcap");
        using LabProcess edit = await DiffLab.Run("editcap", "wireshark-common", "-t", "3600.5", before, later);
        using LabProcess diff = await DiffLab.Diff(before, later, "--time", "1us");
        Assert.True(diff.ExitCode == 0, diff.Text);
    }

    [Fact]
    public async Task Diff_Write_TsharkReadsBothSidesAndTheComments()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string after = lab.PathOf("ttl.pcap");
        string output = lab.PathOf("out.pcapng");
        using LabProcess rewrite = await DiffLab.Run("tcprewrite", "tcpreplay", $"--infile={before}", $"--outfile={after}", "--ttl=+1");
        using LabProcess diff = await DiffLab.Diff(before, after, "-w", output, "--max", "0");
        Assert.True(diff.ExitCode == 1, diff.Text);
        using LabProcess shark = await DiffLab.Run("tshark", "tshark", "-r", output, "-T", "fields", "-e", "frame.interface_name", "-e", "ip.ttl", "-e", "frame.comment");
        Assert.Equal(60, shark.Output.Count);
        Assert.Equal(30, shark.Output.Count(l => l.StartsWith("expected\t64\tchanged ", StringComparison.Ordinal)));
        Assert.Equal(30, shark.Output.Count(l => l.StartsWith("actual\t65\tchanged ", StringComparison.Ordinal)));
        Assert.All(shark.Output, l => Assert.Contains("ip.ttl 64 -> 65", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Diff_BrokenFile_IsDifferentAndSaid()
    {
        using DiffLab lab = new();
        string before = lab.Capture();
        string broken = lab.PathOf("broken.pcap");
        File.WriteAllBytes(broken, File.ReadAllBytes(before)[..^5]);
        using LabProcess diff = await DiffLab.Diff(before, broken);
        Assert.True(diff.ExitCode == 1, diff.Text);
        Assert.Contains(diff.Output, l => l.StartsWith($"{broken}: ", StringComparison.Ordinal) && l.Contains("offset ", StringComparison.Ordinal));
        Assert.EndsWith("39 matched, 0 changed, 1 missing, 0 unexpected, 0 moved", diff.Output[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/a.pcap", "no such file")]
    [InlineData("NOTES", "neither pcap nor pcapng")]
    [InlineData("CAPTURE --ignore ip.tll,ip.ttl", "--ignore 'ip.tll' is no field")]
    [InlineData("CAPTURE --reorder -3", "--reorder '-3' is not a number")]
    [InlineData("CAPTURE --time soon", "--time 'soon' is not a time")]
    [InlineData("CAPTURE --max many", "--max 'many' is not a number")]
    [InlineData("CAPTURE --memory 0", "--memory '0' is not a number of octets")]
    [InlineData("CAPTURE -w CAPTURE", "would overwrite what is compared")]
    [InlineData("CAPTURE -w /nowhere/out.pcapng", "no such file")]
    [InlineData("", "a second capture is needed")]
    public async Task Diff_BadInput_IsOneLineAndExitTwo(string arguments, string problem)
    {
        using DiffLab lab = new();
        string capture = lab.Capture();
        string notes = lab.PathOf("notes.txt");
        File.WriteAllText(notes, "not a capture");
        string[] filled = arguments.Replace("CAPTURE", capture, StringComparison.Ordinal).Replace("NOTES", notes, StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using LabProcess diff = await DiffLab.Diff([capture, .. filled]);
        Assert.True(diff.ExitCode == 2, diff.Text);
        Assert.Contains(problem, Assert.Single(diff.Errors), StringComparison.Ordinal);
        Assert.Empty(diff.Output);
    }

    [Fact]
    public async Task Diff_Fields_ListsWhatIgnoreTakes()
    {
        using DiffLab lab = new();
        string capture = lab.Capture();
        using LabProcess fields = await DiffLab.Diff("--fields");
        Assert.True(fields.ExitCode == 0, fields.Text);
        string names = string.Join(',', fields.Output.Skip(1).SkipLast(1).Select(l => l.Split(' ')[0]));
        using LabProcess diff = await DiffLab.Diff(capture, capture, "--ignore", names);
        Assert.True(diff.ExitCode == 0, diff.Text);
    }
}
