using System.Reflection;
using VSwitch.AccessControl;
using VSwitch.Devices;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Policies;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Control;

/// <summary>The switch and its tables, as messages.</summary>
internal static class SwitchView
{
    private static readonly string s_version =
        typeof(SwitchView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    internal static SwitchMessage Switch(SwitchHost host)
    {
        VirtualSwitch @switch = host.Switch;
        TrafficCounters totals = @switch.GetTotals();
        return new(
            @switch.Name,
            s_version,
            Math.Round(@switch.Uptime.TotalSeconds, 3),
            @switch.Ports.Count + host.LostPorts.Count,
            @switch.Ports.Count(p => p.IsUp),
            @switch.FilteringDatabase.Count,
            @switch.FilteringDatabase.Capacity,
            @switch.FilteringDatabase.NotLearned,
            @switch.Neighbors.Count,
            @switch.Neighbors.Capacity,
            @switch.TraceSessions,
            PortView.Counters(totals),
            PortView.Drops(totals));
    }

    internal static VlansMessage Vlans(VirtualSwitch @switch) =>
        new([.. @switch.GetVlans().Select(v => new VlanMessage(v.ToString(), v.Tagged, v.Untagged, v.PvidOf, v.Stations))]);

    internal static NeighborsMessage Neighbors(VirtualSwitch @switch)
    {
        Dictionary<PortId, string> names = @switch.Ports.ToDictionary(p => p.Id, p => p.Name);
        return new(@switch.GetNeighbors().Select(n => n.State == NeighborState.Incomplete
            ? new NeighborMessage(n.Address.ToString(), null, null, ControlJson.Word(n.State), (long)n.Age.TotalSeconds)
            : new NeighborMessage(
                n.Address.ToString(),
                n.HardwareAddress.ToString(),
                names.GetValueOrDefault(n.Port) ?? n.Port.ToString(),
                ControlJson.Word(n.State),
                (long)n.Age.TotalSeconds)));
    }

    internal static AclsMessage Acls(VirtualSwitch @switch)
    {
        IReadOnlyList<SwitchPort> ports = @switch.Ports;
        IEnumerable<AccessList> lists = ports.SelectMany(p => new[] { p.Policy.IngressAccess, p.Policy.EgressAccess }).OfType<AccessList>().Distinct();
        return new([.. lists.Select(list => new AclMessage(
            list.Name,
            [.. ports.Where(p => p.Policy.IngressAccess == list).Select(p => p.Name)],
            [.. ports.Where(p => p.Policy.EgressAccess == list).Select(p => p.Name)],
            [.. list.Hits.Select(h => new AclRuleMessage(h.Rule.ToString(), h.Frames))],
            list.ImplicitDenies,
            list.RuleFaults))]);
    }

    internal static DropsMessage Drops(VirtualSwitch @switch)
    {
        TrafficCounters totals = @switch.GetTotals();
        IReadOnlyList<SwitchPort> ports = @switch.Ports;
        return new([.. DropReasons.All.Where(r => totals.Drops(r) > 0).Select(r => new DropMessage(
            ControlJson.Word(r),
            DropReasons.Describe(r),
            totals.Drops(r),
            ports.Where(p => p.Counters.Drops(r) > 0).ToDictionary(p => p.Name, p => p.Counters.Drops(r))))]);
    }

    internal static FlappingMessage Flapping(VirtualSwitch @switch)
    {
        Dictionary<PortId, string> names = @switch.Ports.ToDictionary(p => p.Id, p => p.Name);
        bool isWatched = @switch.BridgePolicy is { Flapping: not null } or { LoopGuard.Method: LoopGuardMethod.Moves };
        return new(isWatched, [.. @switch.GetFlappingStations().Select(s => new FlappingStationMessage(
            s.Mac.ToString(), s.Vlan.Value, NameOf(s.From), NameOf(s.To), s.Moves, s.IsHeld))]);

        string NameOf(PortId port) => names.GetValueOrDefault(port) ?? "gone";
    }
}
