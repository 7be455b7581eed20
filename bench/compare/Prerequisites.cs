using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench;

/// <summary>What must be there before anything is made.</summary>
internal static class Prerequisites
{
    private static readonly TimeSpan _installBound = TimeSpan.FromMinutes(5);

    // Command, and the Debian package that has it.
    private static readonly (string Command, string Package)[] _everybody =
    [
        ("ip", "iproute2"), ("iperf3", "iperf3"), ("cc", "gcc"), ("sysctl", "procps"),
    ];

    private static readonly Dictionary<string, (string Command, string Package)> _peers = new()
    {
        ["vde"] = ("vde_switch", "vde2"),
        ["ovs"] = ("ovs-vswitchd", "openvswitch-switch"),
        ["ovs-tso"] = ("ovs-vswitchd", "openvswitch-switch"),
    };

    /// <summary>Installs what is missing, if it may.</summary>
    /// <returns>The subjects that can be started, and a line for each that can not.</returns>
    /// <exception cref="BenchException">What everybody needs is missing, and what cures it.</exception>
    public static async Task<(IReadOnlyList<Subject> Subjects, IReadOnlyList<string> Absent)> CheckAsync(
        BenchOptions options, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new BenchException("run it as root: it makes network namespaces and TAPs");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            throw new BenchException("no /dev/net/tun: load the module tun, or pass the device into the container");
        }

        IEnumerable<(string Command, string Package)> peers = options.Subjects.Select(KindOf).Where(_peers.ContainsKey).Select(name => _peers[name]);
        string[] packages = [.. _everybody.Concat(peers).Where(IsMissing).Select(need => need.Package).Distinct()];
        if (packages.Length > 0 && options.Install)
        {
            await InstallAsync(packages, cancellation);
        }

        if (_everybody.Where(IsMissing).ToArray() is { Length: > 0 } missing)
        {
            throw new BenchException($"not installed: {string.Join(", ", missing.Select(need => need.Command))} "
                + $"(Debian: apt-get install {string.Join(' ', missing.Select(need => need.Package))} libc6-dev)");
        }

        List<string> absent = [];
        List<Subject> there = [];
        foreach (Subject subject in options.Subjects)
        {
            if (_peers.TryGetValue(KindOf(subject), out var need) && IsMissing(need))
            {
                absent.Add($"{subject.Name}: no {need.Command} (Debian: apt-get install {need.Package})");
            }
            else
            {
                there.Add(subject);
            }
        }

        return there.Count > 0 ? (there, absent) : throw new BenchException($"nothing to compare: {string.Join("; ", absent)}");
    }

    /// <summary>The folder of VSwitch.sln, above the current one or above this program.</summary>
    public static string FindRepository()
    {
        foreach (string start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "VSwitch.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new BenchException("run it inside the repository: no VSwitch.sln above the current folder");
    }

    private static string KindOf(Subject subject) => subject.Name.Split(' ')[0]; // "ovs #2" is a second ovs

    private static bool IsMissing((string Command, string Package) need) =>
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, need.Command)));

    private static async Task InstallAsync(string[] packages, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"installing {string.Join(' ', packages)} (--no-install: leave out what is missing)");
        try
        {
            if (await InstallNowAsync(packages, cancellation) is not null)
            {
                // A container's lists are often empty: there is no package until they are fetched.
                await ChildProcess.RunAsync(["apt-get", "update", "-qq"], _installBound, cancellation);
                if (await InstallNowAsync(packages, cancellation) is { } reason)
                {
                    await Console.Error.WriteLineAsync($"not installed: {reason}");
                }
            }
        }
        catch (BenchException error)
        {
            await Console.Error.WriteLineAsync($"not installed: {error.Message}");
        }
    }

    /// <returns>Why not; null when it went well.</returns>
    private static async Task<string?> InstallNowAsync(string[] packages, CancellationToken cancellation)
    {
        await using ChildProcess install = ChildProcess.Start(
            ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends", .. packages]);
        return await install.WaitForExitAsync(_installBound, cancellation) == 0 ? null : install.LastWords();
    }
}
