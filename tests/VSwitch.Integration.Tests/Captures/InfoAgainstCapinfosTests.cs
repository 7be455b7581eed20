using System.Globalization;
using System.Text.Json;
using VSwitch.Captures.Tests.Files;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>What <c>pcap-replay info</c> says of a file, and what capinfos of Wireshark says.</summary>
[Trait("Fault", "75")]
public sealed class InfoAgainstCapinfosTests
{
    /// <summary>Times and formats of which the two say something else, by file, and why.</summary>
    private static readonly Dictionary<string, string> s_differ = new()
    {
        ["pcpp__Fuzzers_Regressionregression_samples_igmplayer.pcap"] = "capinfos guesses that a broken pcap is one of Nokia, whose records are longer",
        ["pcpp__Pcap_Test_PcapExamples_pcapng-example.pcapng"] = "times beyond 2262 do not fit in 64 bits of nanoseconds: the nearest that does is said",
        ["tcpdump__pim_header_asan-2.pcap"] = "times go from 2017 to 1970 to 2049, and capinfos says that 2049 is the first",
    };

    /// <summary>Files that capinfos does not open, and we read: link types that it does not know, or it wants a sane packet first.</summary>
    private static readonly string[] s_causesOfRefusal =
    [
        "unknown or unsupported", "reserved field not zero", "unknown SHB version", "Not enough data to handle option",
        "bigger than maximum of 262144", "appears to have been cut short", "appears to be damaged",
    ];

    [Fact]
    public async Task Info_EveryRealCapture_AgreesWithCapinfos()
    {
        string capinfos = Programs.Capinfos;
        string[] files = InfoLab.RealCaptures();

        (int compared, List<string> differences) = await Compare(capinfos, files);

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.InRange(compared, files.Length * 9 / 10, files.Length);
    }

    [Fact]
    public async Task Info_EveryFormatAndByteOrder_AgreesWithCapinfos()
    {
        string capinfos = Programs.Capinfos;
        string folder = Directory.CreateTempSubdirectory("vswitch-info-").FullName;
        try
        {
            foreach (string name in SampleFiles.Names)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name), SampleFiles.Of(name), TestContext.Current.CancellationToken);
            }

            foreach (byte resolution in (byte[])[0, 3, 6, 7, 9, 12, 0x80, 0x8A, 0x9E])
            {
                foreach (bool isBig in new[] { false, true })
                {
                    FileComposer file = new(isBig);
                    file.Section().Interface(options: [.. file.Option(9, [resolution]), .. file.Option(14, file.Number64(1000))])
                        .Enhanced(0, 1_234_567, Packet.Numbered(1, 60)).Enhanced(0, 987_654_321, Packet.Numbered(2, 60)).Section(minor: 2);
                    string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"resolution {resolution} {isBig}"));
                    await File.WriteAllBytesAsync(path, file.ToArray(), TestContext.Current.CancellationToken);
                }
            }

            string[] files = Directory.GetFiles(folder);
            (int compared, List<string> differences) = await Compare(capinfos, files);

            Assert.True(differences.Count == 0, string.Join('\n', differences));
            Assert.Equal(files.Length, compared);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Compared, List<string> Differences)> Compare(string capinfos, string[] files)
    {
        Dictionary<string, JsonElement> ours = await InfoLab.Json(files);
        using LabProcess process = await InfoLab.Finish(capinfos, ["-T", "-M", "-S", "-t", "-c", "-a", "-e", .. files]);
        Assert.Equal(["File name", "File type", "Number of packets", "Start time", "End time"], process.Output[0].Split('\t'));
        HashSet<string> met = [];
        List<string> differences = [];
        foreach (string[] row in process.Output.Skip(1).Select(l => l.Split('\t')))
        {
            JsonElement own = ours[row[0]];
            met.Add(row[0]);
            string name = Path.GetFileName(row[0]);
            bool isSame = FormatOf(row[1]) == own.GetProperty("format").GetString() && IsSameTime(own, "first", row[3]) && IsSameTime(own, "last", row[4]);
            if (row[2] != own.GetProperty("packets").GetRawText() || isSame == s_differ.ContainsKey(name))
            {
                differences.Add($"{name}: {string.Join(' ', row[1..])}; ours: {own}; what is known: {s_differ.GetValueOrDefault(name, "nothing")}");
            }
        }

        foreach (string file in files.Where(f => !met.Contains(f)))
        {
            string[] cause = [.. process.Errors.SkipWhile(l => !l.Contains($"\"{file}\"", StringComparison.Ordinal)).Take(3)];
            if (!cause.Any(l => s_causesOfRefusal.Any(c => l.Contains(c, StringComparison.Ordinal))))
            {
                differences.Add($"{file}: capinfos says nothing that is known: {string.Join(' ', cause)}");
            }
        }

        return (met.Count, differences);
    }

    private static string FormatOf(string type) => type switch
    {
        "nsecpcap" => "pcap-ns",
        "modpcap" => "pcap-modified",
        _ => type,
    };

    /// <summary>
    /// capinfos does not carry what a fraction has more than a second: then it has too many digits, or a sign, and can't be compared.
    /// It has no times for a file with a packet that has none.
    /// </summary>
    private static bool IsSameTime(JsonElement own, string which, string theirs)
    {
        string? ours = own.GetProperty(which).GetString();
        if (theirs == "n/a" || ours is null)
        {
            return theirs == "n/a" && (ours is null || own.GetProperty("timelessPackets").GetInt64() > 0);
        }

        string[] parts = theirs.Split('.');
        if (parts.Length == 2 && (parts[1].StartsWith('-') || parts[1].Length is not (0 or 1 or 2 or 3 or 4 or 5 or 6 or 9)))
        {
            return true;
        }

        DateTime seconds = DateTime.Parse($"{ours[..19]}Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        string fraction = parts.Length == 2 ? parts[1] : "";
        return (seconds - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond == long.Parse(parts[0], CultureInfo.InvariantCulture)
            && ours[20..].StartsWith(fraction, StringComparison.Ordinal);
    }
}
