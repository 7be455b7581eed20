namespace VSwitch.Tool.Control.Messages;

/// <summary>All ports.</summary>
/// <param name="Ports">In the order of their numbers; lost ones last.</param>
internal sealed record PortsMessage(IReadOnlyList<PortMessage> Ports);
