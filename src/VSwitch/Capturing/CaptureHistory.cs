using System.Runtime.InteropServices;

namespace VSwitch.Capturing;

/// <summary>The last frames of a capture, in memory: the past, for when something happens that nobody has foreseen.</summary>
/// <remarks>One thread. It is the reader of its session; the oldest frame makes room for the newest.</remarks>
public sealed class CaptureHistory
{
    private const long NanosecondsPerTick = 100;

    private readonly CaptureSession _session;
    private readonly CaptureRing _ring;
    private readonly long _keepNanoseconds;

    /// <param name="session">The capture.</param>
    /// <param name="keep">How old a frame may get, counted back from the newest.</param>
    /// <param name="octets">Memory at most, at least that of a session's buffer; rounded up to a power of two.</param>
    public CaptureHistory(CaptureSession session, TimeSpan keep, int octets)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentOutOfRangeException.ThrowIfLessThan(octets, session.Request.BufferOctets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets, CaptureRequest.MaxBufferOctets);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(keep, TimeSpan.Zero);
        _session = session;
        _ring = new CaptureRing(octets);
        _keepNanoseconds = keep.Ticks * NanosecondsPerTick;
    }

    /// <summary>Frames that are kept.</summary>
    public long Count { get; private set; }

    /// <summary>Frames that made room for newer ones though they were not old: the memory is too small for that time.</summary>
    public long Displaced { get; private set; }

    /// <summary>Takes over what has come.</summary>
    /// <param name="look">Sees each frame; null for nobody.</param>
    /// <returns>How many frames.</returns>
    public int Drain(CapturedFrameHandler? look = null)
    {
        int count = 0;
        while (_session.TryReadRecord(out ReadOnlySpan<byte> record))
        {
            Forget(olderThan: MemoryMarshal.Read<CaptureRecord>(record).Nanoseconds - _keepNanoseconds);
            Append(record);
            count++;
            look?.Invoke(_session.Frame(record));
        }

        return count;
    }

    /// <summary>Goes through what is kept, the oldest first; it stays.</summary>
    public void ForEach(CapturedFrameHandler look)
    {
        ArgumentNullException.ThrowIfNull(look);
        for (long at = _ring.First; _ring.TryNext(ref at, out long place);)
        {
            look(_session.Frame(Record(place)));
        }
    }

    private void Append(ReadOnlySpan<byte> record)
    {
        long place;
        while ((place = _ring.TryReserve(record.Length)) < 0)
        {
            if (_ring.TryPeek(out _))
            {
                Displaced++;
                ForgetOne();
            }
        }

        record.CopyTo(_ring.Octets(place, record.Length));
        _ring.Commit(place, record.Length);
        Count++;
    }

    private void Forget(long olderThan)
    {
        while (_ring.TryPeek(out long place) && MemoryMarshal.Read<CaptureRecord>(_ring.Octets(place, CaptureRecord.Size)).Nanoseconds < olderThan)
        {
            ForgetOne();
        }
    }

    private void ForgetOne()
    {
        _ring.Release();
        Count--;
    }

    private ReadOnlySpan<byte> Record(long place)
    {
        int kept = MemoryMarshal.Read<CaptureRecord>(_ring.Octets(place, CaptureRecord.Size)).Kept;
        return _ring.Octets(place, CaptureRecord.Size + kept);
    }
}
