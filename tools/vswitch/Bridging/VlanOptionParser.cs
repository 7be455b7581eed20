using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Terminal;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads <c>VID[,limit=N[:drop|flood]][,learning=on|off]</c>.</summary>
internal static class VlanOptionParser
{
    private static readonly string[] s_keys = ["limit", "learning"];

    /// <returns>Limits of stations, and VLANs in which nothing is learned.</returns>
    internal static (IReadOnlyDictionary<VlanId, StationLimit> Limits, VlanSet NotLearning) ParseAll(IEnumerable<string> texts, List<string> problems)
    {
        var seen = new HashSet<VlanId>();
        var notLearning = VlanSet.Empty;
        var limits = new Dictionary<VlanId, StationLimit>();
        foreach (string text in texts)
        {
            var option = new OptionText("--vlan", text, s_keys, problems);
            bool isVid = VlanParser.TryParseVid(option.Head, out VlanId vlan);
            option.Require(isVid, $"'{option.Head}' is not a VLAN from 1 to 4094: write VID,limit=N");
            bool isNew = isVid && seen.Add(vlan);
            option.Require(isNew || !isVid, $"VLAN {vlan} is there twice: say all of it at once");
            option.Require(option["learning"] is null or "on" or "off", $"learning is on or off, not '{option["learning"]}'");
            option.Require(!isNew || !option.IsGood || (option["limit"] ?? option["learning"]) is not null, $"nothing is said of VLAN {vlan}: write limit=N, or learning=off");
            if (isVid && option["learning"] == "off")
            {
                notLearning = notLearning.Union(new(vlan));
            }

            if (option["limit"] is not { } value)
            {
                continue;
            }

            bool isLimit = VlanParser.TryParseLimit(value, [StationLimitAction.Drop, StationLimitAction.Flood], out StationLimit? limit);
            option.Require(isLimit, $"limit '{value}' is not a number from 0 to {VlanParser.MaxStations}, with :drop or :flood behind it if you like");
            if (option.IsGood)
            {
                limits.Add(vlan, limit!);
            }
        }

        return (limits, notLearning);
    }
}
