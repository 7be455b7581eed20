namespace VSwitch.Integration.Tests.Lab;

/// <summary>FRRouting in the namespace of a station, with files of its own: a router that nobody here wrote.</summary>
/// <remarks>Its daemons give their rights away to the user frr, who must be able to write where they run. Source: zebra(8), ospfd(8), ospf6d(8), staticd(8).</remarks>
internal sealed class FrrRouter : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("vswitch-frr-");
    private readonly List<LabProcess> _daemons = [];

    private FrrRouter() => OpenToAll(_home.FullName);

    private string Zserv => Path.Combine(_home.FullName, "zserv.api");

    /// <summary>What the daemons said.</summary>
    internal string Text => string.Join('\n', _daemons.Select(d => d.Text));

    /// <param name="station">Where it runs.</param>
    /// <param name="daemon">Beside zebra.</param>
    /// <param name="configuration">Of the daemon.</param>
    internal static async Task<FrrRouter> Start(LabStation station, string daemon, string configuration)
    {
        FrrRouter router = new();
        try
        {
            router.Run(station, "zebra", "");
            await Bounded.Until(() => File.Exists(router.Zserv), "zebra listens");
            router.Run(station, daemon, configuration);
            return router;
        }
        catch
        {
            router.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _daemons.ForEach(d => d.Dispose());
        _home.Delete(recursive: true);
    }

    /// <summary>For daemons that give their rights away.</summary>
    internal static void OpenToAll(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }
    }

    private void Run(LabStation station, string daemon, string configuration)
    {
        string file = Path.Combine(_home.FullName, $"{daemon}.conf");
        File.WriteAllText(file, configuration);
        OpenToAll(file);
        _daemons.Add(LabProcess.Start(
            station.Namespace,
            Programs.Frr(daemon),
            "-f", file, "-i", Path.Combine(_home.FullName, $"{daemon}.pid"), "-z", Zserv, "--vty_socket", _home.FullName, "-A", "127.0.0.1", "-P", "0", "--log", "stdout"));
    }
}
