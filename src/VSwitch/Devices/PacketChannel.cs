using System.Numerics;
using System.Runtime.InteropServices;
using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>One direction of a pipe: a bounded queue of frames, packed one behind the other into a ring of octets.</summary>
/// <remarks>
/// Any thread; the lock is held for one batch. The ring is taken from a pool when the first frame comes, and given back when the channel is
/// empty and somebody waits for frames: an idle channel holds none.
/// </remarks>
public sealed class PacketChannel : IDisposable
{
    // In front of each frame stand 16 octets: its length, and what is left to do on it. A frame lies in one piece: where it would run over the end of the ring, it begins at the front,
    // and SkipToFront stands in its place.
    private const int HeaderLength = 16;
    private const int OffloadOffset = sizeof(int);
    private const int SkipToFront = -1;

    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly int _capacity;
    private readonly int _capacityFrames;
    private readonly WaitSource _receivers = new();
    private readonly WaitSource _senders = new();
    private byte[]? _ring;
    private long _head; // octets ever taken out, since the channel was last empty
    private long _tail; // octets ever put in, likewise
    private int _count;
    private bool _closed;

    /// <summary>Makes an empty channel.</summary>
    /// <param name="capacityOctets">Rounded up to a power of two that holds two of the longest frames.</param>
    /// <param name="capacityFrames">Frames that it holds at most; with 1 a sender waits for each frame until it is taken.</param>
    /// <param name="name">What its errors say.</param>
    public PacketChannel(int capacityOctets = 1 << 20, int capacityFrames = int.MaxValue, string name = "channel")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityOctets, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacityOctets, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityFrames, 1);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _name = name;
        _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacityOctets, 2 * Stride(FrameBatch.MaxFrameLength)));
        _capacityFrames = capacityFrames;
    }

    /// <summary>Puts frames in, as many as there is room for; never blocks.</summary>
    /// <returns>How many of <paramref name="which"/>, from its front; for the others <see cref="FrameBatch.Refusal"/> says that the channel is full.</returns>
    /// <exception cref="SendOnClosedException">The channel is closed.</exception>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int taken;
        lock (_lock)
        {
            if (_closed)
            {
                throw new SendOnClosedException(_name);
            }

            _ring ??= RingPool.Rent(_capacity);
            taken = Put(batch, which[..Math.Min(which.Length, _capacityFrames - _count)]);
            _count += taken;
        }

        if (taken > 0)
        {
            _receivers.Signal(true);
        }

        if (taken < which.Length)
        {
            batch.Refusal = DropReason.EgressFull;
        }

        return taken;
    }

    /// <summary>Appends frames to <paramref name="batch"/>, as many as it has places for; the others stay for the next call. Never blocks.</summary>
    /// <returns>How many; 0 when there is none now.</returns>
    /// <exception cref="ReceiveOnClosedException">The channel is closed; frames that were in it are lost.</exception>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int taken;
        lock (_lock)
        {
            if (_closed)
            {
                throw new ReceiveOnClosedException(_name);
            }

            taken = Math.Min(_count, batch.Free);
            Take(batch, taken);
            _count -= taken;
            if (_count == 0)
            {
                (_head, _tail) = (0, 0); // the front of the ring is the part that is in the cache
            }
        }

        if (taken > 0)
        {
            _senders.Signal(true);
        }

        return taken;
    }

    /// <summary>Waits until there is a frame.</summary>
    /// <returns>False when the channel is closed.</returns>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_closed || _count > 0)
            {
                return new(!_closed);
            }

            ReturnRing();
            return _receivers.Wait(cancellationToken);
        }
    }

    /// <summary>Waits until there is room for a frame of any length.</summary>
    /// <returns>False when the channel is closed.</returns>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            bool roomForAny = _count < _capacityFrames && Fits(Stride(FrameBatch.MaxFrameLength));
            return _closed ? new(false) : roomForAny ? new(true) : _senders.Wait(cancellationToken);
        }
    }

    /// <summary>Closes the channel for good: ends all waits with false. Again is fine.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            ReturnRing();
        }

        _receivers.Signal(false);
        _senders.Signal(false);
    }

    // Octets of the ring that a frame takes up; a short one as much as is copied of it.
    private static int Stride(int length) => HeaderLength + Math.Max(FrameBatch.ShortLength, (length + HeaderLength - 1) & -HeaderLength);

    // Where the next frame goes, and how many octets it takes there with what is skipped at the end of the ring.
    private (int At, int Octets) Place(long tail, int stride)
    {
        int at = (int)tail & (_capacity - 1);
        int toEnd = _capacity - at;
        return stride <= toEnd ? (at, stride) : (0, toEnd + stride);
    }

    private bool Fits(int stride) => _capacity - (_tail - _head) >= Place(_tail, stride).Octets;

    private int Put(FrameBatch batch, ReadOnlySpan<int> which)
    {
        Span<byte> ring = _ring.AsSpan(0, _capacity);
        long tail = _tail;
        long end = _head + ring.Length;
        int taken = 0;
        foreach (int index in which)
        {
            ref FrameMetadata frame = ref batch[index];
            int stride = Stride(frame.Length);
            (int at, int octets) = Place(tail, stride);
            if (tail + octets > end)
            {
                break;
            }

            if (octets != stride)
            {
                MemoryMarshal.Write(ring[((int)tail & (ring.Length - 1))..], SkipToFront);
            }

            Span<byte> record = ring.Slice(at, stride);
            MemoryMarshal.Write(record, frame.Length);
            MemoryMarshal.Write(record[OffloadOffset..], frame.Offload);
            batch.CopyTo(record[HeaderLength..], index);
            tail += octets;
            taken++;
        }

        _tail = tail;
        return taken;
    }

    private void Take(FrameBatch batch, int count)
    {
        ReadOnlySpan<byte> ring = _ring.AsSpan(0, count > 0 ? _capacity : 0);
        long head = _head;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = ring[((int)head & (ring.Length - 1))..];
            int length = MemoryMarshal.Read<int>(record);
            if (length == SkipToFront)
            {
                head += record.Length;
                record = ring;
                length = MemoryMarshal.Read<int>(record);
            }

            batch.AppendFront(record[HeaderLength..], length).Offload = MemoryMarshal.Read<OffloadInfo>(record[OffloadOffset..]);
            head += Stride(length);
        }

        _head = head;
    }

    private void ReturnRing()
    {
        if (_ring is { } ring)
        {
            _ring = null;
            RingPool.Return(ring);
        }
    }
}
