using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>Takes every frame and keeps none: for warming up, and for measuring all that is in front of an interface.</summary>
public sealed class NowhereTarget : IReplayTarget
{
    /// <inheritdoc/>
    public string Name => "nowhere";

    /// <summary>That of an Ethernet.</summary>
    public int Mtu => 1500;

    /// <inheritdoc/>
    public string? Ended => null;

    /// <inheritdoc/>
    public int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal)
    {
        refusal = DropReason.None;
        return frames.Length;
    }

    /// <inheritdoc/>
    public void WaitForRoom(CancellationToken cancellationToken)
    {
        // There always is.
    }
}
