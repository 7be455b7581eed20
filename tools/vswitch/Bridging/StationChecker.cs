using VSwitch.Identifiers;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Finds static stations that are at two ports; those of a private VLAN are all of its primary VLAN (shared VLAN learning).</summary>
internal static class StationChecker
{
    internal static void Check(IReadOnlyList<PortSpec> ports, IReadOnlyList<PrivateVlan> privates, List<string> problems)
    {
        var owners = new Dictionary<StationKey, string>();
        foreach (PortSpec port in ports)
        {
            foreach (StationKey station in port.Policy.Stations)
            {
                if (!owners.TryAdd(new(PrimaryOf(station.Vlan, privates), station.Mac), port.PortName))
                {
                    string owner = owners[new(PrimaryOf(station.Vlan, privates), station.Mac)];
                    string where = owner == port.PortName ? "there twice" : $"at port {owner} already";
                    problems.Add($"port {port.PortName}: station {station.Mac}@{station.Vlan} is {where}: a station is at one port");
                }
            }
        }
    }

    private static VlanId PrimaryOf(VlanId vlan, IReadOnlyList<PrivateVlan> privates) =>
        privates.FirstOrDefault(p => p.Isolated == vlan || p.Communities.Contains(vlan))?.Primary ?? vlan;
}
