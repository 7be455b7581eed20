using System.Diagnostics;

namespace VSwitch.ReplayBench;

/// <summary>A veth between two namespaces of this run; both go with it.</summary>
internal sealed class Cable : IDisposable
{
    private readonly string _near = $"vsr{Environment.ProcessId}-a";
    private readonly string _far = $"vsr{Environment.ProcessId}-b";

    public Cable()
    {
        try
        {
            Ip($"netns add {_near}");
            Ip($"netns add {_far}");
            Ip($"link add near0 netns {_near} type veth peer name far0 netns {_far}");
            Ip($"-n {_near} link set near0 up");
            Ip($"-n {_far} link set far0 up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Frames that the far interface has counted.</summary>
    public long Received => long.Parse(Text(Start(true, "cat", "/sys/class/net/far0/statistics/rx_packets")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts a program at one end.</summary>
    public Process Start(bool isFar, string program, params string[] arguments)
    {
        var info = new ProcessStartInfo("ip", ["netns", "exec", isFar ? _far : _near, program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["LC_ALL"] = "C";
        return Process.Start(info) ?? throw new BenchException($"{program} can't be started");
    }

    /// <summary>Waits for the end, and gives what was printed.</summary>
    public static string Text(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new BenchException($"{process.StartInfo.ArgumentList[3]} did not end");
        }

        int code = process.ExitCode;
        process.Dispose();
        return code == 0 ? text : throw new BenchException($"exit {code}: {text} {errors.Result}".ReplaceLineEndings(" "));
    }

    public void Dispose()
    {
        foreach (string name in new[] { _near, _far })
        {
            using Process process = Process.Start(new ProcessStartInfo("ip", ["netns", "del", name]) { RedirectStandardError = true })!;
            process.WaitForExit();
        }
    }

    private static void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new BenchException($"ip {arguments}: {errors.Trim()}: run it as root");
        }
    }
}
