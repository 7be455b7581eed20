namespace VSwitch.Tool.Ports;

/// <summary>All keys of a port.</summary>
internal static class PortKeys
{
    private static readonly PortKey[] s_all = [.. InterfaceKeys.All, .. VlanKeys.All, .. StationKeys.All, .. TrafficKeys.All];

    /// <summary>What <c>--help</c> says of them: a line each.</summary>
    internal static string Help => string.Join(
        '\n', s_all.Where(k => k.IsForTun).Select(HelpOf).Append("Of a tap only:").Concat(s_all.Where(k => !k.IsForTun).Select(HelpOf)));

    internal static PortKey? Find(string name) => s_all.FirstOrDefault(k => k.Name == name);

    /// <summary>Names of those that a kind of port has.</summary>
    internal static string NamesFor(PortKind kind) => string.Join(", ", s_all.Where(k => kind == PortKind.Tap || k.IsForTun).Select(k => k.Name));

    private static string HelpOf(PortKey key) => $"{key.Usage}: {key.Help}{(key.IsRepeatable ? ", repeatable" : "")}";
}
