namespace VSwitch.Tool.Control.Messages;

/// <summary>What was forgotten.</summary>
/// <param name="Flushed">How many stations.</param>
internal sealed record FlushMessage(int Flushed);
