using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Terminal;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads <c>from=a+b|all,vlan=10+20,direction=in|out|both,to=PORT</c> or <c>to-vlan=VID</c>.</summary>
internal static class MirrorParser
{
    private static readonly string[] s_keys = ["from", "vlan", "direction", "to", "to-vlan"];

    internal static IEnumerable<MirrorSpec> ParseAll(IEnumerable<string> texts, List<string> problems)
    {
        var mirrors = new List<MirrorSpec>();
        foreach (string text in texts)
        {
            var option = new OptionText("--mirror", text, s_keys, problems);
            MirrorSpec mirror = Parse($"--mirror '{text}'", option);
            if (option.IsGood)
            {
                mirrors.Add(mirror);
            }
        }

        return mirrors;
    }

    private static MirrorSpec Parse(string where, OptionText option)
    {
        option.Require(option.Head.Length == 0, $"'{option.Head}' is not key=value: write to=PORT");
        string[] from = option["from"] is { } ports and not "all" ? ports.Split('+') : [];
        option.Require(from.All(p => p.Length > 0), $"from '{option["from"]}' is no list of ports, such as a+b or all");
        VlanSet? vlans = VlanSet.All;
        if (option["vlan"] is { } list)
        {
            option.Require(VlanParser.TryParseSet(list, out vlans), $"vlan '{list}' is no list of VLANs from 1 to 4094, such as 10+20+30-40 or all");
        }

        MirrorDirections directions = MirrorDirections.Both;
        if (option["direction"] is { } way)
        {
            option.Require(MirrorDirectionParser.TryParse(way, out directions), $"direction is in, out or both, not '{way}'");
        }

        VlanId toVlan = default;
        if (option["to-vlan"] is { } vid)
        {
            option.Require(VlanParser.TryParseVid(vid, out toVlan), $"to-vlan '{vid}' is not a VLAN from 1 to 4094");
        }

        option.Require(
            option["to"] is null != option["to-vlan"] is null,
            option["to"] is null ? "it is shown nowhere: add to=PORT or to-vlan=VID" : "it is shown at a port or in a VLAN: leave to or to-vlan away");
        return new MirrorSpec(where, from, vlans ?? VlanSet.All, directions, option["to"], option["to-vlan"] is null ? null : toVlan);
    }
}
