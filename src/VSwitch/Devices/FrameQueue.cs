using System.Buffers.Binary;
using System.Numerics;
using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>A bounded queue of frames, packed one behind the other into a ring of octets.</summary>
/// <remarks>Any thread; the lock is held for one batch. The ring is taken when the first frame comes.</remarks>
internal sealed class FrameQueue
{
    private const int RecordHeader = sizeof(int) + OffloadInfo.Length; // length, offload

    private readonly Lock _lock = new();
    private readonly int _capacity;
    private readonly WaitSource _receivers = new();
    private readonly WaitSource _senders = new();
    private byte[]? _ring;
    private long _head; // octets ever taken out
    private long _tail; // octets ever put in
    private bool _closed;

    /// <param name="capacityOctets">Rounded up to a power of two that holds two of the longest frames.</param>
    internal FrameQueue(int capacityOctets) =>
        _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacityOctets, 2 * (FrameBatch.MaxFrameLength + RecordHeader)));

    /// <summary>Puts frames in, as many as there is room for.</summary>
    internal int Enqueue(FrameBatch batch, ReadOnlySpan<int> which)
    {
        int taken = 0;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _ring ??= GC.AllocateUninitializedArray<byte>(_capacity);
            while (taken < which.Length && TryPut(batch.Octets(which[taken]), in batch[which[taken]]))
            {
                taken++;
            }
        }

        if (taken > 0)
        {
            _receivers.Signal(true);
        }

        return taken;
    }

    /// <summary>Takes frames out, as many as the batch has places for.</summary>
    internal int Dequeue(FrameBatch batch)
    {
        int taken = 0;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            while (_head < _tail && batch.Free > 0)
            {
                Take(batch);
                taken++;
            }
        }

        if (taken > 0)
        {
            _senders.Signal(true);
        }

        return taken;
    }

    internal ValueTask<bool> WaitToDequeueAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _closed ? new(false) : _head < _tail ? new(true) : _receivers.Wait(cancellationToken);
        }
    }

    internal ValueTask<bool> WaitToEnqueueAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            bool roomForAny = _capacity - (_tail - _head) >= FrameBatch.MaxFrameLength + RecordHeader;
            return _closed ? new(false) : roomForAny ? new(true) : _senders.Wait(cancellationToken);
        }
    }

    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _ring = null;
        }

        _receivers.Signal(false);
        _senders.Signal(false);
    }

    private bool TryPut(ReadOnlySpan<byte> octets, in FrameMetadata frame)
    {
        if (_capacity - (_tail - _head) < RecordHeader + octets.Length)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[RecordHeader];
        BinaryPrimitives.WriteInt32LittleEndian(header, octets.Length);
        frame.Offload.Write(header[sizeof(int)..]);
        CopyIn(header);
        CopyIn(octets);
        return true;
    }

    private void Take(FrameBatch batch)
    {
        Span<byte> header = stackalloc byte[RecordHeader];
        CopyOut(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        CopyOut(batch.NextSlot().Slice(FrameBatch.Headroom, length));
        batch.Append(length).Offload = OffloadInfo.Read(header[sizeof(int)..]);
    }

    private void CopyIn(ReadOnlySpan<byte> octets)
    {
        int at = (int)(_tail & (_capacity - 1));
        int first = Math.Min(octets.Length, _capacity - at);
        octets[..first].CopyTo(_ring.AsSpan(at));
        octets[first..].CopyTo(_ring);
        _tail += octets.Length;
    }

    private void CopyOut(Span<byte> octets)
    {
        int at = (int)(_head & (_capacity - 1));
        int first = Math.Min(octets.Length, _capacity - at);
        _ring.AsSpan(at, first).CopyTo(octets);
        _ring.AsSpan(0, octets.Length - first).CopyTo(octets[first..]);
        _head += octets.Length;
    }
}
