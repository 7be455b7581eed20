using VSwitch.Filtering;
using VSwitch.Forwarding.Bridging;
using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch;

/// <content>What an administrator asks and enters while the switch runs.</content>
public sealed partial class VirtualSwitch
{
    /// <summary>The switch's name.</summary>
    public string Name => _name;

    /// <summary>How long ago the switch was made.</summary>
    public TimeSpan Uptime => TimeSpan.FromMilliseconds(_state.MillisecondsAt(_state.Time.GetTimestamp()));

    /// <summary>Trace sessions under way; while there is none, tracing costs nothing.</summary>
    public int TraceSessions => _state.Tracing?.Length ?? 0;

    /// <summary>Who is in which VLAN, whether its link is up or not: VLANs in a row with the same members are drawn together, those without any left out.</summary>
    public IReadOnlyList<VlanMembership> GetVlans()
    {
        SwitchPort[] ports;
        VlanTable table;
        lock (_configuring)
        {
            ports = _portList;
            int places = ports.Select(p => p.Id.Index + 1).DefaultIfEmpty().Max();
            table = new VlanTable([.. ports.Select(p => new BridgePort(p.Forwarding, p.Policy, p.Meters))], places, _bridge);
        }

        int[] stations = CountStations();
        var rows = new List<VlanMembership>();
        VlanEntry? before = null;
        foreach (VlanId vlan in VlanSet.All.Members())
        {
            string[] pvidOf = [.. ports.Where(p => p.Policy.Vlans.Pvid == vlan).Select(p => p.Name)];
            bool isBehindDefault = rows.Count > 0 && rows[^1].Last == VlanId.Default; // which alone has the ports of bare IP packets
            bool continues = ReferenceEquals(table[vlan], before) && pvidOf.Length == 0 && rows[^1].PvidOf.Count == 0 && !isBehindDefault;
            before = table[vlan];
            if (continues)
            {
                rows[^1] = rows[^1] with { Last = vlan, Stations = rows[^1].Stations + stations[vlan.Value] };
                continue;
            }

            string[] tagged = [.. Members(isUntagged: false)];
            string[] untagged = [.. Members(isUntagged: true)];
            rows.Add(new(vlan, vlan, tagged, untagged, pvidOf, stations[vlan.Value]));

            IEnumerable<string> Members(bool isUntagged) =>
                from port in ports
                where table[vlan].Members.Contains(port.Id.Index) && table[vlan].Untagged.Contains(port.Id.Index) == isUntagged
                where port.Forwarding.Layer3 is null || vlan == VlanId.Default
                select port.Name;
        }

        return [.. rows.Where(r => r.Tagged.Count + r.Untagged.Count + r.PvidOf.Count > 0)];
    }

    /// <summary>Enters a station that never ages and never moves, for as long as its port is plugged in.</summary>
    /// <returns>False when the filtering database is full.</returns>
    /// <exception cref="ArgumentException">The station can't be one, the switch itself speaks with its address, or the port is not in the switch.</exception>
    public bool TryAddStation(StationKey station, SwitchPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (!station.IsStation || !VlanSet.All.Contains(station.Vlan))
        {
            throw new ArgumentException($"{station}: a station has an address that is no group's, in a VLAN from 1 to 4094", nameof(station));
        }

        lock (_configuring)
        {
            station = _bridge.FidOf(station);
            CheckIsFree(station, port);
            if (_ports.GetValueOrDefault(port.Name) != port)
            {
                throw new ArgumentException($"port {port.Name} is not in the switch", nameof(port));
            }

            return FilteringDatabase.TryAddStatic(station, port.Id);
        }
    }

    /// <summary>Forgets a station, whatever the kind of its entry.</summary>
    /// <returns>False when it was not there.</returns>
    /// <exception cref="ArgumentException">The switch itself speaks with the address.</exception>
    public bool RemoveStation(StationKey station)
    {
        lock (_configuring)
        {
            station = _bridge.FidOf(station);
            CheckIsFree(station, _ports.Values.FirstOrDefault(p => p.Settled.Contains(station)));
            return FilteringDatabase.Remove(station);
        }
    }

    /// <exception cref="ArgumentException">The switch itself speaks with the address, or a policy has the station at another port for good.</exception>
    private void CheckIsFree(StationKey station, SwitchPort? port)
    {
        if (station.Mac == HardwareAddress || _ports.Values.Any(p => p.HardwareAddress == station.Mac))
        {
            throw new ArgumentException($"{station.Mac} is an address that the switch itself speaks with", nameof(station));
        }

        if (_ports.Values.FirstOrDefault(p => p != port && p.Settled.Contains(station)) is { } other)
        {
            throw new ArgumentException($"the station {station} is behind {other.Name} for good", nameof(station));
        }
    }

    private int[] CountStations()
    {
        var counts = new int[VlanId.Reserved.Value + 1];
        FilteringDatabase.Table.Visit(_state.SecondsAt(_state.Time.GetTimestamp()), (station, _, _) => counts[station.Vlan.Value]++);
        return counts;
    }
}
