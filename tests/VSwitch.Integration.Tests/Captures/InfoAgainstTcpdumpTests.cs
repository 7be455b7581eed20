using System.Globalization;
using System.Text.Json;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>How many packets <c>pcap-replay info</c> finds in a file, and how many tcpdump reads.</summary>
[Trait("Fault", "75")]
public sealed class InfoAgainstTcpdumpTests
{
    /// <summary>What libpcap can't read and we can, or refuse too, in its own words; elsewhere the numbers are the same, also of files that are broken.</summary>
    private static readonly string[] s_causesOfRefusal =
    [
        "different from the", // more than one interface, not all alike
        "no Interface Description Blocks", "unsupported pcap", "unknown data link type", "don't match",
    ];

    [Fact]
    public async Task Info_EveryRealCapture_HasAsManyPacketsAsTcpdumpReads()
    {
        string tcpdump = Programs.Tcpdump;
        string[] files = InfoLab.RealCaptures();
        Dictionary<string, JsonElement> ours = await InfoLab.Json(files);
        List<string> differences = [];
        int refused = 0;
        foreach (string file in files)
        {
            using LabProcess process = await InfoLab.Finish(tcpdump, "--count", "-r", file);
            string errors = string.Join(' ', process.Errors);
            if (process.ExitCode != 0 && s_causesOfRefusal.Any(c => errors.Contains(c, StringComparison.Ordinal)))
            {
                refused++;
                continue;
            }

            JsonElement own = ours[file];
            long packets = own.GetProperty("packets").GetInt64();
            bool isWhole = own.GetProperty("error").ValueKind == JsonValueKind.Null;
            string expected = string.Create(CultureInfo.InvariantCulture, $"{packets} packet{(packets == 1 ? "" : "s")}");
            if (string.Concat(process.Output) != expected || isWhole != (process.ExitCode == 0))
            {
                differences.Add($"{Path.GetFileName(file)}: {process.Text}; ours: {own}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.InRange(refused, 0, files.Length / 10);
    }
}
