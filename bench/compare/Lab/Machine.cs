using System.Globalization;
using System.Runtime.InteropServices;

namespace VSwitch.CompareBench.Lab;

/// <summary>What the figures belong to, from /proc: processor, its family and model, cores, kernel.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string[] lines = File.ReadAllLines("/proc/cpuinfo");
        string family = $"family {Field(lines, "cpu family")}, model {Field(lines, "model")}";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string virtualised = Field(lines, "flags").Split(' ').Contains("hypervisor") ? ", virtual machine" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Field(lines, "model name")} ({family}), {Environment.ProcessorCount} cores{virtualised}, "
            + $"Linux {kernel} {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}");
    }

    /// <summary>Threads that ran or wanted to, over the last minute: those of others, when nothing runs here.</summary>
    public static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Field(string[] lines, string key) =>
        lines.Select(line => line.Split(':', 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == key)?[1].Trim() ?? "?";
}
