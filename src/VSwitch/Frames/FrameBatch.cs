using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VSwitch.Frames;

/// <summary>A burst of frames in memory that never moves: the octets in slots, the metadata beside them.</summary>
/// <remarks>
/// A slot begins where the frame before ends: short frames lie close together, on few pages. It has <see cref="Headroom"/> octets in front of the
/// frame, and as long as it is the next, it has room for a super-frame of 64 KiB with its headers; once appended, a frame may grow at its front
/// only. Memory that no frame has touched costs no RAM. Owned by one thread at a time.
/// </remarks>
public sealed class FrameBatch
{
    /// <summary>Frames that a batch holds when nothing else is said.</summary>
    public const int DefaultCapacity = 64;

    /// <summary>
    /// Octets at which a burst ends, however few its frames: what is received, and the kernel's copy of it, is to be in the second-level cache still when it is sent.
    /// </summary>
    public const int BurstOctets = 128 * 1024;

    /// <summary>Octets in front of a received frame, for headers that are added later (virtio_net_hdr, tags, tunnels).</summary>
    public const int Headroom = 128;

    /// <summary>The longest frame that a slot holds: 64 KiB, Ethernet header, tags, and room to notice a frame that is longer still.</summary>
    public const int MaxFrameLength = (66 * 1024) + 64;

    /// <summary>Up to here a frame is short: it is copied as this many octets, whatever its length, which takes less time than to look at that.</summary>
    internal const int ShortLength = 64;

    private const int SlotLength = Headroom + MaxFrameLength;
    private const int CacheLine = 64;

    private readonly byte[] _octets;
    private readonly FrameMetadata[] _metadata;
    private readonly int[] _slots; // where the slot of each frame begins
    private int _nextSlot;

    /// <summary>Reserves the memory.</summary>
    /// <param name="capacity">Frames; at least 1.</param>
    public FrameBatch(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Debug.Assert(SlotAfter(0, SlotLength) == SlotLength); // so many longest frames fit
        _octets = GC.AllocateUninitializedArray<byte>(checked(capacity * SlotLength), pinned: true);
        _metadata = new FrameMetadata[capacity];
        _slots = new int[capacity];
    }

    /// <summary>Frames that fit.</summary>
    public int Capacity => _metadata.Length;

    /// <summary>Frames that are in the batch, dropped ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Places left.</summary>
    public int Free => Capacity - Count;

    /// <summary>
    /// Why a device refused a frame in <c>TrySend</c>: of the frame behind the last one taken. A device that says nothing is full.
    /// </summary>
    public DropReason Refusal { get; set; } = DropReason.EgressFull;

    /// <summary>The metadata of a frame, to read and to change in place.</summary>
    public ref FrameMetadata this[int index] => ref _metadata[index];

    /// <summary>The metadata of all frames: for a loop that is to check its bounds once.</summary>
    internal Span<FrameMetadata> Frames => _metadata.AsSpan(0, Count);

    /// <summary>The octets of a frame.</summary>
    public Span<byte> Octets(int index)
    {
        ref FrameMetadata frame = ref _metadata[index];
        return _octets.AsSpan(_slots[index] + frame.Offset, frame.Length);
    }

    /// <summary>The octets of a frame with <paramref name="header"/> octets of headroom in front of them.</summary>
    public Span<byte> OctetsWithHeader(int index, int header)
    {
        ref FrameMetadata frame = ref _metadata[index];
        int offset = frame.Offset - header;
        ArgumentOutOfRangeException.ThrowIfNegative(offset, nameof(header));
        return _octets.AsSpan(_slots[index] + offset, frame.Length + header);
    }

    /// <summary>The whole place of the next frame: what is received goes <see cref="Headroom"/> octets behind its front.</summary>
    /// <returns>Empty when the batch is full.</returns>
    public Span<byte> NextSlot() =>
        Count < Capacity ? _octets.AsSpan(_nextSlot, SlotLength) : default;

    /// <summary>Puts the frame into the batch whose octets were written into <see cref="NextSlot"/>.</summary>
    /// <param name="length">Octets of the frame.</param>
    /// <param name="offset">Where it begins in the slot.</param>
    /// <returns>Its metadata, all else zero.</returns>
    public ref FrameMetadata Append(int length, int offset = Headroom)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)SlotLength, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(SlotLength - offset), nameof(length));
        return ref Add(length, offset);
    }

    /// <summary>Copies a frame into the batch.</summary>
    /// <returns>False when the batch is full or the frame longer than <see cref="MaxFrameLength"/>.</returns>
    public bool TryAppend(ReadOnlySpan<byte> octets, in OffloadInfo offload = default)
    {
        if (Count == Capacity || octets.Length > MaxFrameLength)
        {
            return false;
        }

        AppendFront(octets, octets.Length).Offload = offload;
        return true;
    }

    /// <summary>Copies the front of some memory into the batch, as a frame. There must be room.</summary>
    /// <param name="memory">Begins with the frame and may go on behind it.</param>
    /// <param name="length">Octets of the frame.</param>
    /// <returns>As of <see cref="Append"/>.</returns>
    internal ref FrameMetadata AppendFront(ReadOnlySpan<byte> memory, int length)
    {
        Copy(memory, _octets.AsSpan(_nextSlot + Headroom, MaxFrameLength), length);
        return ref Add(length, Headroom);
    }

    /// <summary>Copies a frame out of the batch.</summary>
    /// <param name="to">Takes it, and may take more than it, up to <see cref="ShortLength"/>.</param>
    /// <param name="index">Which frame.</param>
    internal void CopyTo(Span<byte> to, int index)
    {
        ref FrameMetadata frame = ref _metadata[index];
        Copy(_octets.AsSpan(_slots[index] + frame.Offset), to, frame.Length);
    }

    /// <summary>Makes the batch empty.</summary>
    public void Clear() => (Count, _nextSlot) = (0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref FrameMetadata Add(int length, int offset)
    {
        int index = Count;
        ref FrameMetadata frame = ref _metadata[index]; // throws when the batch is full, and leaves it as it is
        _slots[index] = _nextSlot;
        _nextSlot = SlotAfter(_nextSlot, offset + length);
        Count = index + 1;
        frame = default;
        frame.Offset = offset;
        frame.Length = length;
        return ref frame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<byte> from, Span<byte> to, int length)
    {
        if (length <= ShortLength && Math.Min(from.Length, to.Length) >= ShortLength)
        {
            Vector256<byte> first = Vector256.Create(from);
            Vector256<byte> second = Vector256.Create(from[Vector256<byte>.Count..]);
            first.CopyTo(to);
            second.CopyTo(to[Vector256<byte>.Count..]);
        }
        else
        {
            from[..length].CopyTo(to);
        }
    }

    // An odd number of cache lines further: at an even one, the headers of frames of some length would all fall into a few cache sets.
    private static int SlotAfter(int slot, int octets) => slot + (((octets + CacheLine - 1) & -CacheLine) | CacheLine);
}
