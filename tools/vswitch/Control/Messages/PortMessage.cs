namespace VSwitch.Tool.Control.Messages;

/// <summary>A port.</summary>
/// <param name="Name">Unique in the switch.</param>
/// <param name="Number">Its place; null when it is gone.</param>
/// <param name="Kind">tap, tun, or what the device is called; unknown when it is gone.</param>
/// <param name="State">up, down, or gone: the device is lost, and is opened again when that is possible.</param>
/// <param name="Block">none, loop or stationLimit: why it neither sends nor receives though it is up.</param>
/// <param name="Mtu">Octets without the Ethernet header.</param>
/// <param name="Policy">VLANs and what else the bridge does with its frames.</param>
/// <param name="Counters">Since it was plugged in.</param>
/// <param name="Drops">Frames by reason; those of none are left out.</param>
internal sealed record PortMessage(
    string Name,
    int? Number,
    string Kind,
    string State,
    string Block,
    int? Mtu,
    PolicyMessage? Policy,
    CountersMessage? Counters,
    IReadOnlyDictionary<string, long> Drops);
