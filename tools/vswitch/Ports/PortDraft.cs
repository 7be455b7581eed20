using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Tool.Ports;

/// <summary>A port while its keys are read. What they say together is made of them at the end.</summary>
internal sealed class PortDraft(PortSpec spec)
{
    private static readonly (string One, string Other)[] s_exclusive =
    [
        ("access", "trunk"), ("access", "tunnel"), ("trunk", "tunnel"), ("access", "translate"), ("tunnel", "translate"), ("tunnel", "tpid"),
        ("multiplier", "pps"), ("multiplier", "mbps"), ("multiplier", "topspeed"), ("pps", "mbps"), ("pps", "topspeed"), ("mbps", "topspeed"),
    ];

    private static readonly (string Key, string Needed)[] s_needs = [("native", "trunk"), ("native-tagged", "native")];

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    internal PortSpec Spec { get; set; } = spec;

    internal VlanDraft Vlans { get; } = new();

    /// <summary>What holds for all kinds of floods that have no limit of their own.</summary>
    internal RateLimit? Storm { get; set; }

    /// <summary>Stations that are there for good; without a VLAN, in that of frames without a tag.</summary>
    internal List<(MacAddress Mac, VlanId? Vlan)> Stations { get; } = [];

    internal PortPolicy Policy
    {
        get => Spec.Policy;
        set => Spec = Spec with { Policy = value };
    }

    /// <summary>What is wrong.</summary>
    internal List<string> Problems { get; } = [];

    /// <returns>False when the key was there before.</returns>
    internal bool Note(PortKey key) => _keys.Add(key.Name) || key.IsRepeatable;

    /// <summary>Keys that can't be meant together.</summary>
    internal IEnumerable<string> Contradictions()
    {
        foreach ((string one, string other) in s_exclusive.Where(p => _keys.Contains(p.One) && _keys.Contains(p.Other)))
        {
            yield return $"{one} and {other} contradict each other: leave one of them away";
        }

        foreach ((string key, string needed) in s_needs.Where(p => _keys.Contains(p.Key) && !_keys.Contains(p.Needed)))
        {
            yield return $"{key} needs {needed}: add {needed}=, or leave {key} away";
        }
    }

    /// <summary>Puts the values together, each of which is right by itself.</summary>
    /// <returns>The port, good when there are no <see cref="Problems"/>.</returns>
    internal PortSpec Finish()
    {
        Problems.AddRange(Vlans.Problems());
        if (Spec.Kind == PortKind.Pcap && PcapKeys.Finish(this) is { } problem)
        {
            Problems.Add(problem);
        }

        PortVlans vlans = Vlans.Make();
        if (!Policy.Learns && (Policy.IsSticky || Policy.StationLimit is not null))
        {
            Problems.Add($"{(Policy.IsSticky ? "sticky" : "limit")} is about what is learned, and learning=off learns nothing: leave one of them away");
        }

        Policy = Policy with { Vlans = vlans, StormControl = StormControl(), Stations = Stations.Count > 0 ? Settle(vlans) : Policy.Stations };
        return Spec;
    }

    private StormControl? StormControl() => Storm is null ? Policy.StormControl : new StormControl
    {
        Broadcast = Policy.StormControl?.Broadcast ?? Storm,
        Multicast = Policy.StormControl?.Multicast ?? Storm,
        UnknownUnicast = Policy.StormControl?.UnknownUnicast ?? Storm,
    };

    private List<StationKey> Settle(PortVlans vlans)
    {
        var settled = new List<StationKey>();
        foreach ((MacAddress mac, VlanId? given) in Stations)
        {
            if ((given ?? vlans.Pvid) is not { } vlan)
            {
                Problems.Add($"station {mac} is in no VLAN, since the port has none for frames without a tag: write {mac}@VID");
            }
            else if (!vlans.MemberSet.Contains(vlan))
            {
                Problems.Add($"station {mac}@{vlan}: the port does not carry VLAN {vlan}: write one of {vlans.MemberSet}");
            }
            else
            {
                settled.Add(new StationKey(vlan, mac));
            }
        }

        return settled;
    }
}
