using VSwitch.Policies;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Makes sessions of mirrors, those of the ports' own keys included: finds the ports that they name.</summary>
internal static class MirrorBuilder
{
    internal static IReadOnlyList<MirrorSession> Build(IEnumerable<MirrorSpec> mirrors, IReadOnlyList<PortSpec> ports, List<string> problems)
    {
        var names = new PortNames(ports);
        return [.. mirrors.Concat(ports.SelectMany(OfKeys)).Select(m => Build(m, names, problems))];
    }

    /// <summary>Makes those of one port's keys.</summary>
    internal static IReadOnlyList<MirrorSession> BuildOf(PortSpec port, IReadOnlyList<PortSpec> ports, List<string> problems)
    {
        var names = new PortNames(ports);
        return [.. OfKeys(port).Select(m => Build(m, names, problems))];
    }

    private static MirrorSession Build(MirrorSpec mirror, PortNames names, List<string> problems)
    {
        string? to = mirror.To is null ? null : names.FindTap(mirror.To, mirror.Where, problems)?.PortName;
        string[] from = [.. mirror.From.Select(p => names.FindTap(p, mirror.Where, problems)?.PortName).OfType<string>().Distinct()];
        if (to is not null && from.Contains(to))
        {
            problems.Add($"{mirror.Where}: port {to} can't be shown at itself: choose another port to show it");
        }

        return new MirrorSession { Ports = from, Vlans = mirror.Vlans, Directions = mirror.Directions, ToPort = to, ToVlan = mirror.ToVlan };
    }

    private static IEnumerable<MirrorSpec> OfKeys(PortSpec port) =>
        port.Mirrors.Select(m => new MirrorSpec($"port {port.PortName}: mirror-to", [port.PortName], VlanSet.All, m.Directions, m.To, null));
}
