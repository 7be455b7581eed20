using VSwitch.Captures.Files;
using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>Writes what is replayed into a capture file, each frame with the time at which it was due; the first has the time that it was captured at.</summary>
public sealed class CaptureTarget : IReplayTarget
{
    private readonly CaptureWriter _writer;
    private readonly CaptureInterface _at;
    private readonly CaptureTarget _first;  // whose start is that of both
    private long? _start;

    /// <summary>Makes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="at">The interface of the writer.</param>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="first">Another target of the same replay, which begins at the same moment; null when this is the first.</param>
    public CaptureTarget(CaptureWriter writer, CaptureInterface at, string name, CaptureTarget? first = null) =>
        (_writer, _at, Name, _first) = (writer, at, name, first ?? this);

    /// <inheritdoc/>
    public string Name { get; }

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
            _first._start ??= (frame.Timestamp ?? 0) - frame.Due;
            long start = _first._start.Value;
            long room = long.MaxValue - Math.Max(0, start);
            _writer.Write(new CapturedPacket
            {
                Interface = _at,
                Timestamp = frame.Due > room ? long.MaxValue : start + frame.Due,
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
