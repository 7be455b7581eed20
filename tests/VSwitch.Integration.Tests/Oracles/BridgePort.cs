namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A port of the kernel's bridge, in its own words. Source: ip-link(8), bridge_slave.</summary>
internal sealed record BridgePort
{
    internal bool Isolated { get; init; }

    internal bool Hairpin { get; init; }

    internal bool Learning { get; init; } = true;

    /// <summary>Unicast frames to unknown stations go out here.</summary>
    internal bool Flood { get; init; } = true;

    /// <summary>What of it is not as it is by default: each flag with its value.</summary>
    internal IEnumerable<(string Flag, string Value)> Flags() =>
    [
        .. Isolated ? [("isolated", "on")] : Array.Empty<(string, string)>(),
        .. Hairpin ? [("hairpin", "on")] : Array.Empty<(string, string)>(),
        .. Learning ? Array.Empty<(string, string)>() : [("learning", "off")],
        .. Flood ? Array.Empty<(string, string)>() : [("flood", "off")],
    ];
}
