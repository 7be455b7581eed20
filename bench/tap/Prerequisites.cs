namespace VSwitch.TapBench;

/// <summary>What must be there before anything is made.</summary>
internal static class Prerequisites
{
    private static readonly string[] _commands = ["ip", "iperf3", "gcc", "sysctl"];

    /// <exception cref="BenchException">What is missing, and what cures it.</exception>
    public static void Check()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new BenchException("run it as root: it makes network namespaces and TAPs");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            throw new BenchException("no /dev/net/tun: load the module tun, or pass the device into the container");
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        string[] missing = [.. _commands.Where(command =>
            !folders.Any(folder => File.Exists(Path.Combine(folder, command))))];
        if (missing.Length > 0)
        {
            throw new BenchException(
                $"not installed: {string.Join(", ", missing)} "
                + "(Debian: apt-get install iproute2 iperf3 gcc libc6-dev procps)");
        }
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
}
