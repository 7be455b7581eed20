using VSwitch.Terminal;
using VSwitch.Tool.Control;

namespace VSwitch.Tool.Ask;

/// <summary>Finds the socket of the switch that is meant.</summary>
internal static class ControlFinder
{
    /// <param name="name">The switch's name; null when it was not said.</param>
    /// <param name="path">The socket; null when it was not said.</param>
    /// <exception cref="UserException">There is none, or several could be meant.</exception>
    internal static string Find(string? name, string? path)
    {
        if (path is not null)
        {
            string full = Path.GetFullPath(path.Length > 0 ? path : throw new UserException("--control is empty: write the path of a socket"));
            return ControlPaths.Fits(full) ? full : throw new UserException($"--control '{path}' is longer than the {ControlPaths.MaxOctets} octets that a socket's path may have");
        }

        if (name is not null)
        {
            return ControlPaths.Find(name, out string problem)
                ?? throw new UserException($"no socket for a switch named '{name}': {problem}: say --control PATH");
        }

        string directory = ControlPaths.Directory ?? throw new UserException("no switch is found: XDG_RUNTIME_DIR is not set: say --control PATH");
        string[] live = [.. ControlPaths.FindAll().Where(ControlSocket.IsLive)];
        return live.Length switch
        {
            1 => live[0],
            0 => throw new UserException($"no switch is running with a socket in {directory}: start one with vswitch run, or say --control PATH"),
            _ => throw new UserException($"{live.Length} switches are running: say which: --switch {string.Join(", or --switch ", live.Select(Path.GetFileNameWithoutExtension))}"),
        };
    }
}
