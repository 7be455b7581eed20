using VSwitch.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Makes the paths in a port's text those of another process: a switch that runs elsewhere opens the files that the user means here.</summary>
internal static class PortPaths
{
    private const string Files = "pcap:";

    /// <param name="text">As the user wrote it, right or wrong.</param>
    /// <param name="directory">Where he wrote it.</param>
    /// <exception cref="UserException">A file can't be named to another process.</exception>
    internal static string MakeAbsolute(string text, string directory) => string.Join(',', text.Split(',').Select((part, i) => MakeAbsolute(part, i == 0, directory)));

    private static string MakeAbsolute(string part, bool isHead, string directory)
    {
        int at = isHead ? (part.StartsWith(Files, StringComparison.Ordinal) ? Files.Length : -1) : ValueOf(part);
        if (at < 0 || string.IsNullOrWhiteSpace(part[at..]))
        {
            return part;
        }

        string path = Path.GetFullPath(part[at..], directory);
        return path.Contains(',', StringComparison.Ordinal) ? throw new UserException($"{path}: a path with a comma can't be written in a port: choose another directory")
            : path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/", StringComparison.Ordinal) || path is "/dev/stdin" or "/dev/stdout"
                ? throw new UserException($"{path} is another file for the switch than for this command: write the path of a file")
            : part[..at] + path;
    }

    private static int ValueOf(string part) => part.IndexOf('=', StringComparison.Ordinal) is var at && at > 0 && PortKeys.Find(part[..at]) is { IsFile: true } ? at + 1 : -1;
}
