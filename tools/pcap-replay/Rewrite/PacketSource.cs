using VSwitch.Captures.Files;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Rewrite;

/// <summary>Opens files for a command; what goes wrong is said in one line.</summary>
internal static class PacketSource
{
    /// <summary>Opens a capture; - is standard input.</summary>
    /// <exception cref="UserException">It can't be opened.</exception>
    internal static CaptureReader Open(string path) => Try(path, "read", () => path == "-" ? CaptureReader.Open(Console.OpenStandardInput()) : CaptureReader.Open(path));

    /// <summary>Makes a file; - is standard output.</summary>
    /// <exception cref="UserException">It can't be made.</exception>
    internal static Stream Create(string path) => Try<Stream>(path, "written", () => path == "-" ? Console.OpenStandardOutput() : File.Create(path));

    /// <summary>Opens any other file.</summary>
    /// <exception cref="UserException">It can't be opened.</exception>
    internal static Stream OpenFile(string path) => Try<Stream>(path, "read", () => path == "-" ? Console.OpenStandardInput() : File.OpenRead(path));

    /// <exception cref="UserException">Both names are of one file: it would be gone before it is read.</exception>
    internal static void CheckApart(string input, string output)
    {
        if (input != "-" && output != "-" && Path.GetFullPath(input) == Path.GetFullPath(output))
        {
            throw new UserException($"{output}: it is the input: name another file for the output");
        }
    }

    private static T Try<T>(string path, string what, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"{path}: no such file: check the name", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserException($"{path}: it can't be {what}: check its rights, or run as who may", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new UserException($"{path}: it can't be {what}: {e.Message}", e);
        }
    }
}
