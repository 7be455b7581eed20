using VSwitch.Policies;

namespace VSwitch.Forwarding.Rates;

/// <summary>Lets through what a <see cref="RateLimit"/> allows: a token bucket, kept as the time at which it will be full again.</summary>
/// <remarks>
/// This is the generic cell rate algorithm (ITU-T I.371) with costs by length: what passes moves that time on by what it costs, and passes only if it is
/// then no further ahead than the burst. No timer refills the bucket, and it cannot overflow. Any thread, without a lock.
/// <para>
/// Times stand in sixteenths of a nanosecond: 63 bits of them are 18 years, half of which are kept for the burst. At 1 Tbit/s an octet costs an eighth of a
/// sixteenth, so a cost has 28 bits more. These fractions add up in a word of their own, and what carries out of it is charged to the time: together all
/// frames are charged exactly, to one sixteenth.
/// </para>
/// </remarks>
internal sealed class TokenBucket
{
    private const int TimeBits = 4;      // below a nanosecond, of the times
    private const int CostBits = 32;     // below a nanosecond, of the costs
    private const int FractionBits = CostBits - TimeBits;
    private const long MaxAhead = 1L << 62; // nine years: a burst that would take longer is cut

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly bool _isFrames;
    private readonly ulong _cost;  // of a frame or an octet, in nanoseconds with CostBits below
    private readonly long _burst;  // what the whole burst costs, in nanoseconds with TimeBits below
    private long _full;            // when the bucket is full again, in nanoseconds with TimeBits below
    private long _latest;          // the latest time that any thread came with, in the same unit
    private uint _fraction;        // what is to be charged still: its 32 bits are a sixteenth of a nanosecond

    /// <summary>Makes a bucket that is full.</summary>
    internal TokenBucket(RateLimit limit)
    {
        _isFrames = limit.IsFrames;
        UInt128 second = (UInt128)NanosecondsPerSecond << CostBits;
        _cost = (ulong)((((limit.IsFrames ? second : second * 8) * 2 / (ulong)limit.PerSecond) + 1) / 2);
        _burst = (long)UInt128.Min((UInt128)_cost * (ulong)limit.Burst >> FractionBits, MaxAhead);
    }

    /// <summary>Takes what frames need, all or nothing.</summary>
    /// <param name="nowNanoseconds">Nanoseconds since the switch was made, up to nine years. One that is older than another thread's is taken for that.</param>
    /// <param name="frames">Frames: what counts for a limit in frames.</param>
    /// <param name="octets">Octets of them all, from the Ethernet header on, without FCS: what counts for a limit in bits.</param>
    /// <returns>False when they may not pass now; nothing is taken then.</returns>
    internal bool TryTake(long nowNanoseconds, int frames, int octets)
    {
        ulong high = Math.BigMul(_cost, (ulong)(_isFrames ? frames : octets), out ulong low);
        if (high >> (FractionBits - 1) != 0)
        {
            return false; // more than any burst
        }

        long cost = (long)((high << (64 - FractionBits)) | (low >> FractionBits));
        long now = Latest(nowNanoseconds << TimeBits);
        long full = Volatile.Read(ref _full);
        while (true)
        {
            long from = Math.Max(full, now);
            if (cost > _burst - (from - now))
            {
                return false;
            }

            long seen = Interlocked.CompareExchange(ref _full, from + cost, full);
            if (seen == full)
            {
                break;
            }

            full = seen;
        }

        Charge((uint)low << TimeBits);
        return true;
    }

    // Without it, a thread whose burst began a little earlier would find the bucket emptier than it is.
    private long Latest(long now)
    {
        long latest = Volatile.Read(ref _latest);
        if (now <= latest)
        {
            return latest;
        }

        Volatile.Write(ref _latest, now); // may undo a later one of another thread: never a time that has not come yet
        return now;
    }

    private void Charge(uint fraction)
    {
        if (fraction != 0 && Interlocked.Add(ref _fraction, fraction) < fraction)
        {
            Interlocked.Increment(ref _full);
        }
    }
}
