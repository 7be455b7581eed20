using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Bridging;

/// <summary>Finds ports by what the user calls them: their names in the switch, or the interface's alone where only one port has it.</summary>
internal sealed class PortNames(IReadOnlyList<PortSpec> ports)
{
    /// <param name="text">As the user wrote it.</param>
    /// <param name="where">What stands in front of a problem.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>The port, an Ethernet port; null with a problem.</returns>
    internal PortSpec? FindTap(string text, string where, List<string> problems)
    {
        PortSpec[] named = [.. ports.Where(p => p.PortName == text)];
        PortSpec[] found = named.Length > 0 ? named : [.. ports.Where(p => p.Name == text)];
        string? problem = found.Length == 0 ? $"there is no port '{text}': the ports are {List(ports)}"
            : found.Length > 1 ? $"several ports are called '{text}': write one of {List(found)}"
            : found[0].Kind == PortKind.Tun ? $"port {found[0].PortName} is a tun, without Ethernet frames to be shown: choose a tap"
            : null;
        if (problem is not null)
        {
            problems.Add($"{where}: {problem}");
            return null;
        }

        return found[0];
    }

    private static string List(IEnumerable<PortSpec> some) => string.Join(", ", some.Select(p => p.PortName));
}
