using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>What frames are replayed to.</summary>
public interface IReplayTarget
{
    /// <summary>What it is called in reports.</summary>
    string Name { get; }

    /// <summary>Octets of the longest packet, without the 14 of the Ethernet header.</summary>
    int Mtu { get; }

    /// <summary>Why it takes nothing any more, for good; null while it does.</summary>
    string? Ended { get; }

    /// <summary>Sends frames, as many as there is room for; never blocks.</summary>
    /// <param name="memory">Where they lie; not kept.</param>
    /// <param name="frames">In their order.</param>
    /// <param name="refusal">Why the one behind the last that was taken was not.</param>
    /// <returns>How many of them, from the front, were taken.</returns>
    int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal);

    /// <summary>Waits until there may be room, for a tenth of a second at most.</summary>
    void WaitForRoom(CancellationToken cancellationToken);
}
