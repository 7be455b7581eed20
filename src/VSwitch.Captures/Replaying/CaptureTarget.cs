using VSwitch.Captures.Files;
using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>Writes what is replayed into a capture file, each frame with the time at which it was due; the first has the time that it was captured at.</summary>
/// <param name="writer">Where to.</param>
/// <param name="at">The interface of the writer.</param>
/// <param name="name">What it is called in reports.</param>
public sealed class CaptureTarget(CaptureWriter writer, CaptureInterface at, string name) : IReplayTarget
{
    private long? _base;

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>No end: super-frames are written as they are.</summary>
    public int Mtu => int.MaxValue;

    /// <inheritdoc/>
    public string? Ended => null;

    /// <inheritdoc/>
    public int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal)
    {
        refusal = DropReason.None;
        foreach (ref readonly ReplayFrame frame in frames)
        {
            _base ??= (frame.Timestamp ?? 0) - frame.Due;
            long room = long.MaxValue - Math.Max(0, _base.Value);
            writer.Write(new CapturedPacket
            {
                Interface = at,
                Timestamp = frame.Due > room ? long.MaxValue : _base + frame.Due,
                Octets = memory.Span.Slice(frame.Offset, frame.Length),
                OriginalLength = (uint)frame.Length,
                Comments = [],
            });
        }

        return frames.Length;
    }

    /// <inheritdoc/>
    public void WaitForRoom(CancellationToken cancellationToken)
    {
        // There always is.
    }
}
