using System.Text.Json;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>lldpd in the namespace of a station, with files of its own: it tells the link who it is each second, and knows whom it hears.</summary>
/// <remarks>Two of them share the folder that lldpd locks itself into, which holds nothing of theirs. Source: lldpd(8), lldpcli(8).</remarks>
internal sealed class LldpStation : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("vswitch-lldp-");
    private readonly LabStation _station;
    private readonly LabProcess _daemon;

    private LldpStation(LabStation station)
    {
        _station = station;
        FrrRouter.OpenToAll(_home.FullName); // its child looks for the socket with lesser rights

        // Read by lldpd itself before it sends anything; without a file of ours it would read the machine's.
        string configuration = Path.Combine(_home.FullName, "lldpd.conf");
        File.WriteAllText(configuration, $"configure system hostname {NameOf(station)}\nconfigure lldp tx-interval 1\n");
        _daemon = LabProcess.Start(station.Namespace, Programs.Lldpd, "-d", "-u", Socket, "-O", configuration, "-L", Programs.Lldpcli, "-I", station.Interface);
    }

    private string Socket => Path.Combine(_home.FullName, "lldpd.sock");

    /// <summary>Starts it, and waits until it answers and sends.</summary>
    internal static async Task<LldpStation> Start(LabStation station)
    {
        _ = (Programs.Lldpd, Programs.Lldpcli); // skips where they are not, before anything is made
        LldpStation started = new(station);
        try
        {
            await Bounded.Until(async () => await started.Sent() > 0, () => $"lldpd sends: {started._daemon.Text}");
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    internal static string NameOf(LabStation station) => $"station-{station.Port}";

    /// <summary>The names of those that it hears.</summary>
    internal async Task<IReadOnlyList<string>> Neighbors()
    {
        JsonElement? interfaces = await Ask("neighbors") is { } answer && answer.TryGetProperty("interface", out JsonElement found) ? found : null;
        return interfaces is { } one
            ? [.. one.GetProperty(_station.Interface).GetProperty("chassis").EnumerateObject().Select(c => c.Name)]
            : [];
    }

    /// <summary>Frames that it has sent.</summary>
    internal Task<long> Sent() => Count("tx");

    /// <summary>Frames that it has received.</summary>
    internal Task<long> Received() => Count("rx");

    public void Dispose()
    {
        // Its child, which has given its rights away, ends with it.
        _daemon.Dispose();
        _home.Delete(recursive: true);
    }

    private async Task<long> Count(string name) =>
        await Ask("statistics") is { } answer && answer.TryGetProperty("interface", out JsonElement interfaces)
            ? long.Parse(interfaces.GetProperty(_station.Interface).GetProperty(name).GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : 0;

    private async Task<JsonElement?> Ask(string what)
    {
        using LabProcess client = LabProcess.Start(_station.Namespace, Programs.Lldpcli, "-u", Socket, "-f", "json", "show", what);
        if (await client.Exit() != 0)
        {
            Assert.False(_daemon.HasExited, _daemon.Text);
            return null; // it does not listen yet
        }

        using JsonDocument answer = JsonDocument.Parse(string.Join('\n', client.Output));
        return answer.RootElement.GetProperty("lldp").Clone();
    }
}
