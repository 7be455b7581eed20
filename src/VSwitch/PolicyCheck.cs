using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch;

/// <summary>Finds policies that can't be meant.</summary>
internal static class PolicyCheck
{
    private const int MaxStations = 1 << 20;

    /// <exception cref="ArgumentException">With the reason.</exception>
    internal static void Check(PortPolicy policy, LinkLayer linkLayer)
    {
        policy.Vlans.Check();
        string? problem =
            linkLayer == LinkLayer.Ip && policy.Vlans != PortVlans.Default ? "a port of bare IP packets is in the default VLAN, untagged"
            : policy.StationLimit is { Max: < 0 or > MaxStations } ? $"a limit of stations is a number from 0 to {MaxStations}"
            : policy.Stations.Any(s => !s.IsStation || !VlanSet.All.Contains(s.Vlan)) ? "a station has an address that is no group's, in a VLAN from 1 to 4094"
            : null;
        Throw(problem);
    }

    /// <exception cref="ArgumentException">With the reason.</exception>
    internal static void Check(BridgePolicy policy)
    {
        VlanId[] privates = [.. policy.PrivateVlans.SelectMany(p => p.Secondaries.Append(p.Primary))];
        string? problem =
            privates.Any(v => !VlanSet.All.Contains(v)) ? "a private VLAN is one from 1 to 4094"
            : privates.Distinct().Count() != privates.Length ? "a VLAN is in two private VLANs, or twice in one"
            : policy.StationLimits.Any(l => !VlanSet.All.Contains(l.Key) || l.Value.Max is < 0 or > MaxStations) ? "a limit is for a VLAN from 1 to 4094, and not negative"
            : policy.StationLimits.Keys.Any(v => policy.PrivateVlans.Any(p => p.Secondaries.Contains(v))) ? "stations of a private VLAN are counted in its primary VLAN: limit that one"
            : policy.Mirrors.Any(m => m.ToPort is null == m.ToVlan is null) ? "a mirror shows at a port or in a VLAN, one of the two"
            : policy.Mirrors.Any(m => m.ToVlan is { } vlan && !VlanSet.All.Contains(vlan)) ? "a mirror's VLAN is one from 1 to 4094"
            : policy.Mirrors.Any(m => m.ToPort is not null && m.Ports.Contains(m.ToPort)) ? "a mirror can't show the port that it shows at"
            : policy.Flapping is { } f && (f.Moves is < 2 or > 1000 || f.Window <= TimeSpan.Zero || f.HoldDown < TimeSpan.Zero) ? "flapping is 2 to 1000 moves in some time"
            : policy.LoopGuard is { } g && (g.ProbeInterval < TimeSpan.FromMilliseconds(50) || g.ProbeInterval > TimeSpan.FromSeconds(10)) ? "probes are 50 ms to 10 s apart"
            : policy.LoopGuard is { } h && (h.HealTime <= TimeSpan.Zero || h.Moves < 2) ? "a loop guard's times and numbers are positive"
            : null;
        Throw(problem);
    }

    private static void Throw(string? problem)
    {
        if (problem is not null)
        {
            throw new ArgumentException(problem);
        }
    }
}
