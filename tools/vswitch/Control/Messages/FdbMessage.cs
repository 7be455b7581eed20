namespace VSwitch.Tool.Control.Messages;

/// <summary>The filtering database.</summary>
/// <param name="Stations">In no order.</param>
internal sealed record FdbMessage(IEnumerable<StationMessage> Stations);
