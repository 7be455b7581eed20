using VSwitch.Identifiers;
using VSwitch.Terminal;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads <c>PRIMARY[,isolated=VID][,community=VID+VID...]</c>.</summary>
internal static class PrivateVlanParser
{
    private static readonly string[] s_keys = ["isolated", "community"];

    internal static IReadOnlyList<PrivateVlan> ParseAll(IEnumerable<string> texts, List<string> problems)
    {
        var owners = new Dictionary<VlanId, VlanId>(); // of each VLAN, its primary
        var privates = new List<PrivateVlan>();
        foreach (string text in texts)
        {
            var option = new OptionText("--private-vlan", text, s_keys, problems);
            PrivateVlan vlan = Parse(option);
            foreach (VlanId member in option.IsGood ? MembersOf(vlan) : [])
            {
                option.Require(
                    owners.TryAdd(member, vlan.Primary),
                    $"VLAN {member} is in private VLAN {owners.GetValueOrDefault(member)} already: choose another");
            }

            privates.Add(vlan);
        }

        return privates;
    }

    private static PrivateVlan Parse(OptionText option)
    {
        option.Require(VlanParser.TryParseVid(option.Head, out VlanId primary), $"'{option.Head}' is not a VLAN from 1 to 4094: write PRIMARY,isolated=VID");
        VlanId isolated = default;
        if (option["isolated"] is { } value)
        {
            option.Require(VlanParser.TryParseVid(value, out isolated), $"isolated '{value}' is not a VLAN from 1 to 4094");
        }

        VlanSet? communities = VlanSet.Empty;
        if (option["community"] is { } list)
        {
            option.Require(VlanParser.TryParseSet(list, out communities), $"community '{list}' is no list of VLANs from 1 to 4094, such as 102+103");
        }

        option.Require(
            !option.IsGood || option["isolated"] is not null || option["community"] is not null,
            "it has neither isolated hosts nor communities: add isolated=VID or community=VID");
        return new PrivateVlan(primary)
        {
            Isolated = option["isolated"] is null ? null : isolated,
            Communities = [.. (communities ?? VlanSet.Empty).Members()],
        };
    }

    private static IEnumerable<VlanId> MembersOf(PrivateVlan vlan) =>
        [vlan.Primary, .. vlan.Isolated is { } isolated ? new[] { isolated } : [], .. vlan.Communities];
}
