using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Finds the taps of each port.</summary>
internal sealed class MirrorPlan
{
    private readonly List<(HashSet<string> Sources, MirrorDirections Directions, MirrorTap Tap)> _sessions = [];

    /// <param name="sessions">As configured.</param>
    /// <param name="findUp">The port of a name, when it is up and carries Ethernet.</param>
    /// <param name="names">Of all ports.</param>
    internal MirrorPlan(IReadOnlyList<MirrorSession> sessions, Func<string, ForwardingPort?> findUp, IReadOnlyCollection<string> names)
    {
        foreach (MirrorSession session in sessions)
        {
            ForwardingPort? to = session.ToPort is null ? null : findUp(session.ToPort);
            if (session.ToPort is not null && to is null)
            {
                continue; // it shows nothing until its port is there
            }

            HashSet<string> sources = [.. session.Ports.Count > 0 ? session.Ports : names];
            if (session.ToPort is not null)
            {
                sources.Remove(session.ToPort);
            }

            VlanSet? vlans = session.Vlans.Equals(VlanSet.All) ? null : session.Vlans;
            _sessions.Add((sources, session.Directions, new(vlans, to, session.ToVlan ?? default)));
        }
    }

    internal MirrorTap[]? TapsOf(string port, MirrorDirections direction)
    {
        if (_sessions.Count == 0)
        {
            return null;
        }

        MirrorTap[] taps = [.. _sessions.Where(s => s.Sources.Contains(port) && (s.Directions & direction) != 0).Select(s => s.Tap)];
        return taps.Length > 0 ? taps : null;
    }
}
