using VSwitch.Identifiers;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Puts static stations of private VLANs where they are looked for, in the primary VLAN (shared VLAN learning), and finds those that are at two ports.</summary>
internal static class StationSettler
{
    internal static IReadOnlyList<PortSpec> Settle(IReadOnlyList<PortSpec> ports, IReadOnlyList<PrivateVlan> privates, List<string> problems)
    {
        var owners = new Dictionary<StationKey, string>();
        var settled = new List<PortSpec>();
        foreach (PortSpec port in ports)
        {
            StationKey[] stations = [.. port.Policy.Stations.Select(s => new StationKey(PrimaryOf(s.Vlan, privates), s.Mac))];
            foreach (StationKey station in stations)
            {
                if (!owners.TryAdd(station, port.PortName))
                {
                    string owner = owners[station] == port.PortName ? "there twice" : $"at port {owners[station]} already";
                    problems.Add($"port {port.PortName}: station {station.Mac}@{station.Vlan} is {owner}: a station is at one port");
                }
            }

            settled.Add(stations.Length == 0 ? port : port with { Policy = port.Policy with { Stations = stations } });
        }

        return settled;
    }

    private static VlanId PrimaryOf(VlanId vlan, IReadOnlyList<PrivateVlan> privates) =>
        privates.FirstOrDefault(p => p.Isolated == vlan || p.Communities.Contains(vlan))?.Primary ?? vlan;
}
