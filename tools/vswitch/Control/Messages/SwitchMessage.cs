namespace VSwitch.Tool.Control.Messages;

/// <summary>The switch as a whole.</summary>
/// <param name="Name">As it was started.</param>
/// <param name="Version">Of the program.</param>
/// <param name="UptimeSeconds">Since the switch was made.</param>
/// <param name="Ports">Ports, lost ones included.</param>
/// <param name="PortsUp">Ports whose link is up.</param>
/// <param name="Stations">Entries of the filtering database.</param>
/// <param name="StationCapacity">How many fit.</param>
/// <param name="NotLearned">Frames whose source was not learned because there was no room.</param>
/// <param name="Neighbors">IP neighbours that are known.</param>
/// <param name="NeighborCapacity">How many fit.</param>
/// <param name="Tracing">Trace sessions under way.</param>
/// <param name="Totals">Over all ports that are or ever were.</param>
/// <param name="Drops">Frames by reason; those of none are left out.</param>
internal sealed record SwitchMessage(
    string Name,
    string Version,
    double UptimeSeconds,
    int Ports,
    int PortsUp,
    int Stations,
    int StationCapacity,
    long NotLearned,
    int Neighbors,
    int NeighborCapacity,
    int Tracing,
    CountersMessage Totals,
    IReadOnlyDictionary<string, long> Drops);
