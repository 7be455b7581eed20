using System.Runtime.InteropServices;
using VSwitch.Captures.Splitting;
using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>Frames one after the other in memory that never moves, in the order in which they are to be sent; those that can't be are there as well, to be counted.</summary>
internal sealed class FrameStore
{
    /// <summary>A super-frame of 64 KiB in the smallest pieces, each with its headers, takes less.</summary>
    internal const int MaxPacketOctets = 512 * 1024;

    private readonly byte[] _octets;
    private readonly int _maxFrames;
    private Entry[] _entries;
    private int _used;

    internal FrameStore(int octets, int maxFrames = int.MaxValue)
    {
        _octets = GC.AllocateUninitializedArray<byte>(octets, pinned: true);
        _maxFrames = maxFrames;
        _entries = new Entry[Math.Min(maxFrames, 1024)];
        Memory = MemoryMarshal.CreateFromPinnedArray(_octets, 0, octets);
    }

    /// <summary>All of it.</summary>
    internal ReadOnlyMemory<byte> Memory { get; }

    internal int Count { get; private set; }

    /// <summary>What is not used yet; a frame is written here before <see cref="Append"/>.</summary>
    internal Span<byte> Rest => _octets.AsSpan(_used);

    /// <summary>Whether the frames of any one packet still fit.</summary>
    internal bool HasRoom => _octets.Length - _used >= MaxPacketOctets && _maxFrames - Count > Segmenter.MaxSegments;

    internal ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>Puts a frame behind the others.</summary>
    /// <param name="length">Its octets, which are in <see cref="Rest"/>, unless it is one that can't be sent.</param>
    /// <param name="side">Where it goes.</param>
    /// <param name="timestamp">When it was captured.</param>
    /// <param name="marks">What is to be known of it.</param>
    /// <param name="failure">Why it can't be sent.</param>
    internal void Append(int length, TrafficSide side, long? timestamp, FrameMarks marks, ReplayFailure failure = ReplayFailure.None)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        bool isThere = failure == ReplayFailure.None && side != TrafficSide.Skip;
        _entries[Count++] = new(_used, length, timestamp ?? 0, timestamp.HasValue, side, marks, failure);
        _used += isThere ? length : 0;
    }

    internal void Clear() => (Count, _used) = (0, 0);

    internal readonly record struct Entry(
        int Offset, int Length, long Time, bool HasTime, TrafficSide Side, FrameMarks Marks, ReplayFailure Failure)
    {
        internal long? Timestamp => HasTime ? Time : null;

        internal bool Has(FrameMarks mark) => (Marks & mark) != 0;
    }
}
