using System.Text;

namespace VSwitch.Tool.Control;

/// <summary>Where the control sockets of switches are.</summary>
internal static class ControlPaths
{
    /// <summary>Octets of a socket's path (sockaddr_un, without the NUL at its end).</summary>
    internal const int MaxOctets = 107;

    private const string Extension = ".sock";

    /// <summary>The directory of the sockets of this user's switches; null when the user has none.</summary>
    internal static string? Directory => Environment.IsPrivilegedProcess ? "/run/vswitch"
        : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathRooted(runtime) ? Path.Combine(runtime, "vswitch")
        : null;

    /// <summary>The socket of a switch that has no other.</summary>
    /// <param name="name">The switch's name.</param>
    /// <param name="problem">Why it has none, when the result is null.</param>
    internal static string? Find(string name, out string problem)
    {
        problem = Directory is null ? "XDG_RUNTIME_DIR is not set"
            : name.StartsWith('.') || !name.All(IsPlain) ? "the switch's name is not made of letters, digits, '-', '_' and '.'"
            : !Fits(Path.Combine(Directory, name + Extension)) ? "the switch's name is too long for a socket's path"
            : "";
        return problem.Length == 0 ? Path.Combine(Directory!, name + Extension) : null;
    }

    /// <summary>The sockets in the directory, live or not.</summary>
    internal static IReadOnlyList<string> FindAll()
    {
        try
        {
            return Directory is { } directory ? [.. System.IO.Directory.EnumerateFiles(directory, "*" + Extension).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    internal static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= MaxOctets;

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
