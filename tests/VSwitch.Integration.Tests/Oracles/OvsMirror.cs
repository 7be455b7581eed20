namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A mirror of Open vSwitch. Source: ovs-vswitchd.conf.db(5), table Mirror.</summary>
internal sealed record OvsMirror
{
    /// <summary>Ports whose received frames are shown.</summary>
    internal IReadOnlyList<int> SourcePorts { get; init; } = [];

    /// <summary>Ports whose sent frames are shown.</summary>
    internal IReadOnlyList<int> DestinationPorts { get; init; } = [];

    internal IReadOnlyList<int> Vlans { get; init; } = [];

    internal int? OutputPort { get; init; }

    internal int? OutputVlan { get; init; }

    /// <summary>The commands of ovs-vsctl that add it to a bridge.</summary>
    internal IEnumerable<string> Commands(string bridge, Func<int, string> nameOf)
    {
        List<string> commands = [];
        foreach (int port in SourcePorts.Concat(DestinationPorts).Concat(OutputPort is { } watching ? [watching] : []).Distinct())
        {
            commands.AddRange(["--", $"--id=@{nameOf(port)}", "get", "Port", nameOf(port)]);
        }

        commands.AddRange(["--", "--id=@m", "create", "Mirror", "name=m"]);
        Add("select_src_port", SourcePorts.Select(p => $"@{nameOf(p)}"));
        Add("select_dst_port", DestinationPorts.Select(p => $"@{nameOf(p)}"));
        Add("select_vlan", Vlans.Select(v => $"{v}"));
        Add("output_port", OutputPort is { } watcher ? [$"@{nameOf(watcher)}"] : []);
        Add("output_vlan", OutputVlan is { } vlan ? [$"{vlan}"] : []);
        commands.AddRange(["--", "add", "Bridge", bridge, "mirrors", "@m"]);
        return commands;

        void Add(string column, IEnumerable<string> values)
        {
            if (string.Join(',', values) is { Length: > 0 } list)
            {
                commands.Add($"{column}={list}");
            }
        }
    }
}
