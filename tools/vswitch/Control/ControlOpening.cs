using VSwitch.Terminal;

namespace VSwitch.Tool.Control;

/// <summary>Which control socket a switch gets: the one that was asked for, or the default one if that can be had.</summary>
internal static class ControlOpening
{
    private const string Off = "off";

    /// <summary>Finds what can't be meant.</summary>
    /// <param name="wish">What stands behind <c>--control</c>; null for nothing.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    internal static void Check(string? wish, List<string> problems)
    {
        if (wish is not null && string.IsNullOrWhiteSpace(wish))
        {
            problems.Add("--control is empty: write the path of a socket, or off");
        }
        else if (wish is not null && !ControlPaths.Fits(Path.GetFullPath(wish)))
        {
            problems.Add($"--control '{wish}' is longer than the {ControlPaths.MaxOctets} octets that a socket's path may have: shorten it");
        }
    }

    /// <summary>Opens the socket. Without the one that goes without saying the switch runs on; without one that was asked for it does not.</summary>
    /// <returns>Null for none.</returns>
    /// <exception cref="UserException">The socket that was asked for can't be had.</exception>
    internal static ControlSocket? Open(string? wish, string name, Action<string> complain)
    {
        if (wish is not null)
        {
            return wish == Off ? null : ControlSocket.Open(Path.GetFullPath(wish));
        }

        if (ControlPaths.Find(name, out string problem) is not { } path)
        {
            complain($"no control socket: {problem}: --control PATH makes one");
            return null;
        }

        try
        {
            return ControlSocket.Open(path);
        }
        catch (UserException error)
        {
            complain($"no control socket: {error.Message}");
            return null;
        }
    }
}
