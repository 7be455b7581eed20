namespace VSwitch.Tool.Control.Messages;

/// <summary>Why frames were dropped.</summary>
/// <param name="Drops">In the order of the stages; reasons without frames are left out.</param>
internal sealed record DropsMessage(IReadOnlyList<DropMessage> Drops);
