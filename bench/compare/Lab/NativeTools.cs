using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>The reference relay and the measuring tools, compiled from the C beside this file.</summary>
/// <param name="Directory">Where the executables are.</param>
internal sealed record NativeTools(string Directory)
{
    private static readonly string[] _programs = ["relay", "frames", "roundtrip", "mood"];

    private static readonly TimeSpan _compileBound = TimeSpan.FromSeconds(60);

    public string Relay => Path.Combine(Directory, "relay");

    public string Frames => Path.Combine(Directory, "frames");

    public string RoundTrip => Path.Combine(Directory, "roundtrip");

    public string Mood => Path.Combine(Directory, "mood");

    /// <summary>Compiles always: it takes less than a second, and a stale reference misleads.</summary>
    public static async Task<NativeTools> CompileAsync(string repository, CancellationToken cancellation)
    {
        string target = Path.Combine(repository, "artifacts", "bench-compare");
        System.IO.Directory.CreateDirectory(target);
        foreach (string program in _programs)
        {
            string source = Path.Combine(repository, "bench", "compare", program + ".c");
            string executable = Path.Combine(target, program);
            await ChildProcess.RunAsync(
                ["cc", "-O2", "-Wall", "-Wextra", "-std=gnu17", "-pthread", "-o", executable, source],
                _compileBound,
                cancellation);
        }

        return new NativeTools(target);
    }

    /// <summary>A time as the tools take it.</summary>
    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Reads the lines "name value" that the tools print.</summary>
    public static double Value(string output, string name)
    {
        foreach (string line in output.Split('\n'))
        {
            if (line.Split(' ') is [string key, string value] && key == name)
            {
                return double.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        throw new BenchException($"a measuring tool printed no {name}");
    }
}
