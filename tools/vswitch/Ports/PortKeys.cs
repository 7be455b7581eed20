namespace VSwitch.Tool.Ports;

/// <summary>All keys of a port.</summary>
internal static class PortKeys
{
    private static readonly PortKey[] s_all = [.. InterfaceKeys.All, .. PcapKeys.All, .. VlanKeys.All, .. StationKeys.All, .. TrafficKeys.All];

    /// <summary>What <c>--help</c> says of them: a line each.</summary>
    internal static string Help => string.Join('\n', [
        .. HelpFor("Of any port", k => k.Kinds == PortKind.Any), .. HelpFor("Of a tap or tun", k => k.Kinds == PortKind.Interface),
        .. HelpFor("Of a tap or pcap", k => k.Kinds == PortKind.Ethernet), .. HelpFor("Of a pcap", k => k.Kinds == PortKind.Pcap),
    ]);

    internal static PortKey? Find(string name) => s_all.FirstOrDefault(k => k.Name == name);

    /// <summary>Names of those that a kind of port has.</summary>
    internal static string NamesFor(PortKind kind) => string.Join(", ", s_all.Where(k => k.Kinds.HasFlag(kind)).Select(k => k.Name));

    private static IEnumerable<string> HelpFor(string whom, Func<PortKey, bool> which) =>
        s_all.Where(which).Select(k => $"{k.Usage}: {k.Help}{(k.IsRepeatable ? ", repeatable" : "")}").Prepend($"{whom}:");
}
