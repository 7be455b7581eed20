using System.Text.Json;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Runs <c>pcap-replay info</c>, and finds the files that it is asked about.</summary>
internal static class InfoLab
{
    internal static string Command { get; } = Path.Combine(AppContext.BaseDirectory, "VSwitch.PcapReplay");

    /// <summary>All real captures, by path.</summary>
    internal static string[] RealCaptures()
    {
        string? folder = CaptureFolder.Find();
        if (folder is null)
        {
            Assert.Skip("no real captures: name their folder in VSWITCH_CAPTURES");
        }

        return [.. Directory.EnumerateFiles(folder, "*.*cap*").Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs a program to its end, and gives the lines of its output once all are there.</summary>
    internal static async Task<LabProcess> Finish(string program, params IEnumerable<string> arguments)
    {
        LabProcess process = LabProcess.Start(null, program, arguments);
        await process.Exit();
        return process;
    }

    internal static Task<LabProcess> Info(params IEnumerable<string> arguments) => Finish(Command, ["info", .. arguments]);

    /// <summary>What the command says as JSON, by path.</summary>
    internal static async Task<Dictionary<string, JsonElement>> Json(params IEnumerable<string> files)
    {
        using LabProcess process = await Info(["--json", .. files]);
        return process.Output.Select(l => JsonDocument.Parse(l).RootElement).ToDictionary(o => o.GetProperty("file").GetString()!);
    }
}
