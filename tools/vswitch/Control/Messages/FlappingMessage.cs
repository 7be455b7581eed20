namespace VSwitch.Tool.Control.Messages;

/// <summary>Stations that move to and fro.</summary>
/// <param name="IsWatched">The switch looks for them; otherwise there never are any.</param>
/// <param name="Stations">In no order.</param>
internal sealed record FlappingMessage(bool IsWatched, IReadOnlyList<FlappingStationMessage> Stations);
