using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>What /proc tells about a process and its descendants. Source: proc(5).</summary>
internal static class ProcessTable
{
    // Fields of /proc/PID/stat, counted from the state, which follows the parenthesised name.
    private const int State = 0;
    private const int Parent = 1;
    private const int StartTicks = 19;

    /// <summary>The process and all that descend from it; a launcher script is not what does the work.</summary>
    public static IReadOnlyList<ProcessIdentity> Tree(int rootPid)
    {
        var parents = new Dictionary<int, (int Parent, ulong Start)>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int pid)
                && TryReadStat(pid, out string[] fields))
            {
                parents[pid] = (Number<int>(fields[Parent]), Number<ulong>(fields[StartTicks]));
            }
        }

        var tree = new List<ProcessIdentity>();
        var pending = new Queue<int>([rootPid]);
        while (pending.TryDequeue(out int pid))
        {
            if (parents.TryGetValue(pid, out var entry))
            {
                tree.Add(new ProcessIdentity(pid, entry.Start));
                foreach (int child in parents.Where(other => other.Value.Parent == pid).Select(other => other.Key))
                {
                    pending.Enqueue(child);
                }
            }
        }

        return tree;
    }

    /// <returns>The name that the kernel has for it, 15 letters at most; empty when it is gone.</returns>
    public static string NameOf(ProcessIdentity process) => TryRead($"/proc/{process.Pid}/comm", out string text) ? text.Trim() : "";

    /// <returns>False also for a zombie: it runs no more, it only waits to be collected.</returns>
    public static bool IsRunning(ProcessIdentity process) =>
        TryReadStat(process.Pid, out string[] fields)
        && Number<ulong>(fields[StartTicks]) == process.StartTicks
        && fields[State] is not ("Z" or "X");

    /// <summary>CPU time of the living threads, from /proc/PID/task/TID/schedstat: exact to nanoseconds.</summary>
    public static double ThreadCpuSeconds(IEnumerable<ProcessIdentity> processes)
    {
        double nanoseconds = 0;
        foreach (ProcessIdentity process in processes)
        {
            foreach (string thread in Directory.EnumerateDirectories($"/proc/{process.Pid}/task"))
            {
                nanoseconds += TryRead($"{thread}/schedstat", out string text) ? Number<double>(text.Split(' ')[0]) : 0;
            }
        }

        return nanoseconds / 1e9;
    }

    /// <summary>Resident octets now (VmRSS) and at most so far (VmHWM), from /proc/PID/status.</summary>
    public static double ResidentOctets(IEnumerable<ProcessIdentity> processes, bool highWater)
    {
        string key = highWater ? "VmHWM:" : "VmRSS:";
        return processes.Sum(process => TryRead($"/proc/{process.Pid}/status", out string text)
            ? text.Split('\n')
                .Where(line => line.StartsWith(key, StringComparison.Ordinal))
                .Sum(line => Number<double>(line[key.Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024)
            : 0);
    }

    private static bool TryReadStat(int pid, out string[] fields)
    {
        bool there = TryRead($"/proc/{pid}/stat", out string text);
        fields = there ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : [];
        return there;
    }

    private static bool TryRead(string path, out string text)
    {
        try
        {
            text = File.ReadAllText(path);
            return text.Length > 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            text = "";
            return false;
        }
    }

    private static T Number<T>(string text)
        where T : ISpanParsable<T> => T.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);
}
