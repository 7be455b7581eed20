namespace VSwitch.Tool.Control.Messages;

/// <summary>A reason and its frames.</summary>
/// <param name="Reason">Its name.</param>
/// <param name="Text">What it means.</param>
/// <param name="Count">Frames over all ports that are or ever were.</param>
/// <param name="Ports">Frames by port.</param>
internal sealed record DropMessage(string Reason, string Text, long Count, IReadOnlyDictionary<string, long> Ports);
