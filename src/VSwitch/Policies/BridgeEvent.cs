using VSwitch.Identifiers;

namespace VSwitch.Policies;

/// <summary>Something that the bridge did by itself and its owner will want to know.</summary>
/// <param name="Kind">What.</param>
/// <param name="Port">The name of the port that it was done to.</param>
/// <param name="Other">The name of the other port of a loop, of a move; empty without.</param>
/// <param name="Station">The station that flaps; the default without.</param>
public sealed record BridgeEvent(BridgeEventKind Kind, string Port, string Other = "", StationKey Station = default);
