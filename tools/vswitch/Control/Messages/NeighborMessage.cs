namespace VSwitch.Tool.Control.Messages;

/// <summary>An IP neighbour.</summary>
/// <param name="Address">IPv4 or IPv6.</param>
/// <param name="Mac">Where frames for it go; null while it is asked for.</param>
/// <param name="Port">Which port it is behind; null while it is asked for.</param>
/// <param name="State">As in RFC 4861: incomplete, reachable, stale, delay, probe, permanent.</param>
/// <param name="Age">Seconds since it was heard.</param>
internal sealed record NeighborMessage(string Address, string? Mac, string? Port, string State, long Age);
