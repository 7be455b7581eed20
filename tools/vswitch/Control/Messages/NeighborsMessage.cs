namespace VSwitch.Tool.Control.Messages;

/// <summary>IP neighbours.</summary>
/// <param name="Neighbors">In no order.</param>
internal sealed record NeighborsMessage(IEnumerable<NeighborMessage> Neighbors);
