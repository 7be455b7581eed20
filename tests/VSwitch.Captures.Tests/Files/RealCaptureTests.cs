using System.Globalization;
using VSwitch.Captures.Files;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Files;

/// <summary>Captures that others made, against what the list beside them says of each; written by another reader, and by capinfos and tcpdump.</summary>
[Trait("Fault", "75")]
public sealed class RealCaptureTests
{
    /// <summary>Files of which the list says something else than this reader, by name, and why.</summary>
    private static readonly Dictionary<string, string> s_differ = new()
    {
        ["libpcap__pcapng-invalid-vers-1.pcapng"] = "version 0.1: the list's reader does not look; libpcap and capinfos refuse it, as we do",
        ["libpcap__pcapng-invalid-vers-2.pcapng"] = "version 1.1: the same",
        ["pcapparser__assets_modified-format.pcap"] = "the list's reader knows no modified pcap; capinfos finds the one packet too",
    };

    [Fact]
    public void TryRead_EveryRealCapture_GivesWhatTheListSays()
    {
        string? folder = CaptureFolder.Find();
        if (folder is null || !File.Exists(Path.Combine(folder, "MANIFEST.tsv")))
        {
            Assert.Skip("no real captures with a MANIFEST.tsv: name their folder in VSWITCH_CAPTURES");
        }

        string[] lines = File.ReadAllLines(Path.Combine(folder, "MANIFEST.tsv"));
        string[] columns = lines[0].Split('\t');
        List<string> differences = [];
        int files = 0;
        foreach (string[] row in lines.Skip(1).Select(l => l.Split('\t')))
        {
            string Cell(string column) => row[Array.IndexOf(columns, column)];
            string path = Path.Combine(folder, Cell("file"));
            if (!File.Exists(path))
            {
                continue;
            }

            files++;
            using CaptureReader reader = CaptureReader.Open(path);
            int longest = 0;
            while (reader.TryRead(out CapturedPacket packet))
            {
                longest = Math.Max(longest, packet.Octets.Length);
            }

            string ours = string.Create(
                CultureInfo.InvariantCulture,
                $"{reader.PacketCount} {Name(reader.Format)} {(reader.IsBigEndian ? "big" : "little")} {LinkTypes(reader)} {longest} {Verdict(reader.Error is null)}");
            string verdict = Cell("reader_verdict");
            string theirs = string.Join(
                ' ', Cell("packets_own_reader"), Cell("format"), Cell("byte_order"), Numbers(Cell("linktype")), Cell("max_caplen"),
                Verdict(verdict == "ok" || verdict.StartsWith("own: ok", StringComparison.Ordinal)));
            if ((ours == theirs) == s_differ.ContainsKey(Cell("file")))
            {
                string known = s_differ.GetValueOrDefault(Cell("file"), "nothing");
                differences.Add($"{Cell("file")}: {ours} ({reader.Error}); the list: {theirs} ({verdict}), and what is known: {known}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        TestContext.Current.TestOutputHelper?.WriteLine($"{files} files");
        Assert.True(files > 0, "the list names no file that is there");
    }

    private static string Verdict(bool isWhole) => isWhole ? "ok" : "broken";

    private static string Name(CaptureFormat format) => format switch
    {
        CaptureFormat.Pcap => "pcap-us",
        CaptureFormat.NanosecondPcap => "pcap-ns",
        CaptureFormat.ModifiedPcap => "pcap-modified",
        _ => "pcapng",
    };

    private static string LinkTypes(CaptureReader reader) =>
        reader.Interfaces.Count == 0 ? "-" : string.Join(',', reader.Interfaces.Select(i => (int)i.LinkType).Distinct().Order());

    private static string Numbers(string linkTypes) => linkTypes == "-" ? "-" : string.Join(',', linkTypes.Split(',').Select(t => t.Split('=')[0]));
}
