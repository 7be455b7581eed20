namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A port of Open vSwitch, in its own words. Source: ovs-vswitchd.conf.db(5), table Port.</summary>
internal sealed record OvsPort
{
    /// <summary>access, trunk, native-tagged, native-untagged or dot1q-tunnel; null for access when there is a tag, otherwise trunk.</summary>
    internal string? VlanMode { get; init; }

    internal int? Tag { get; init; }

    /// <summary>Empty: all.</summary>
    internal IReadOnlyList<int> Trunks { get; init; } = [];

    /// <summary>Of a dot1q-tunnel: 802.1ad or 802.1q; null for the default, 802.1ad.</summary>
    internal string? QinqEthType { get; init; }

    /// <summary>never, if-nonzero or always; null for the default.</summary>
    internal string? PriorityTags { get; init; }

    /// <summary>Protected ports do not reach each other.</summary>
    internal bool IsProtected { get; init; }

    /// <summary>The commands of ovs-vsctl that make a port like this out of any.</summary>
    internal IEnumerable<string> Commands(string name) =>
    [
        "--", "clear", "Port", name, "tag", "trunks", "vlan_mode", "other_config",
        "--", "set", "Port", name, $"protected={(IsProtected ? "true" : "false")}",
        .. VlanMode is null ? Array.Empty<string>() : [$"vlan_mode={VlanMode}"],
        .. Tag is null ? Array.Empty<string>() : [$"tag={Tag}"],
        .. Trunks.Count == 0 ? Array.Empty<string>() : [$"trunks={string.Join(',', Trunks)}"],
        .. QinqEthType is null ? Array.Empty<string>() : [$"other_config:qinq-ethtype={QinqEthType}"],
        .. PriorityTags is null ? Array.Empty<string>() : [$"other_config:priority-tags={PriorityTags}"],
    ];
}
