using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Tool.Ports;

/// <summary>Keys about the stations behind the port: who they are, how many, and whom they reach.</summary>
internal static class StationKeys
{
    internal static IReadOnlyList<PortKey> All { get; } =
    [
        PortKey.Flag("isolated", "does not reach other isolated ports", (port, on) => port.Policy = port.Policy with { IsIsolated = on }) with { Kinds = PortKind.Any },
        PortKey.Flag("hairpin", "frames may go out where they came in", (port, on) => port.Policy = port.Policy with { Hairpin = on }),
        PortKey.Flag("learning", "sources are learned", (port, on) => port.Policy = port.Policy with { Learns = on }),
        PortKey.Flag("sticky", "what is learned stays here", (port, on) => port.Policy = port.Policy with { IsSticky = on }),
        new("limit", "N[:drop|flood|shutdown]", "stations that may be learned", Limit),
        new("station", "MAC[@VID]", "a station that is here for good", Station) { IsRepeatable = true },
        PortKey.Flag("guard", "the loop guard looks after the port", (port, on) => port.Policy = port.Policy with { IsGuarded = on }),
    ];

    private static string? Limit(PortDraft port, string value)
    {
        bool isLimit = VlanParser.TryParseLimit(
            value, [StationLimitAction.Drop, StationLimitAction.Flood, StationLimitAction.Shutdown], out StationLimit? limit);
        port.Policy = port.Policy with { StationLimit = limit };
        return isLimit ? null : $"limit '{value}' is not a number from 0 to {VlanParser.MaxStations}, with :drop, :flood or :shutdown behind it if you like";
    }

    private static string? Station(PortDraft port, string value)
    {
        string[] parts = value.Split('@', 2);
        VlanId vlan = default;
        bool isStation = MacAddress.TryParse(parts[0], null, out MacAddress mac) && mac.IsStation && (parts.Length == 1 || VlanParser.TryParseVid(parts[1], out vlan));
        if (!isStation)
        {
            return $"station '{value}' is not MAC or MAC@VID of one station, such as 02:00:00:00:00:01@10";
        }

        port.Stations.Add((mac, parts.Length == 1 ? null : vlan));
        return null;
    }
}
