using VSwitch.Captures.Files;

namespace VSwitch.Captures.Replaying;

/// <summary>What was captured at a file's first interface goes to the first, all else to the second.</summary>
public sealed class InterfaceSides : ISideChooser
{
    /// <inheritdoc/>
    public ReplaySide Choose(in CapturedPacket packet, long number) => packet.Interface.Index == 0 ? ReplaySide.Primary : ReplaySide.Secondary;
}
