namespace VSwitch.Tool.Control.Messages;

/// <summary>It is done.</summary>
/// <param name="Done">What, in a few words.</param>
internal sealed record DoneMessage(string Done);
