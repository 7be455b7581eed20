using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads <c>VID[,limit=N[:drop|flood]]</c>.</summary>
internal static class VlanLimitParser
{
    private static readonly string[] s_keys = ["limit"];

    internal static IReadOnlyDictionary<VlanId, StationLimit> ParseAll(IEnumerable<string> texts, List<string> problems)
    {
        var seen = new HashSet<VlanId>();
        var limits = new Dictionary<VlanId, StationLimit>();
        foreach (string text in texts)
        {
            var option = new OptionText("--vlan", text, s_keys, problems);
            bool isVid = VlanParser.TryParseVid(option.Head, out VlanId vlan);
            option.Require(isVid, $"'{option.Head}' is not a VLAN from 1 to 4094: write VID[,limit=N]");
            option.Require(!isVid || seen.Add(vlan), $"VLAN {vlan} is there twice: say all of it at once");
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

        return limits;
    }
}
