using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>What went through one port. Any thread may add; adding takes no lock.</summary>
/// <remarks>
/// Over all ports, whenever no frame is under way: ReceivedFrames + Replicated = SentFrames + the sum of all drops. Replicated counts what
/// flooding and segmentation add: a frame sent to n ports adds n - 1, a super-frame cut into n segments adds n - 1.
/// </remarks>
public sealed class TrafficCounters
{
    private readonly long[] _drops = new long[DropReasons.Count];
    private long _receivedFrames;
    private long _receivedOctets;
    private long _sentFrames;
    private long _sentOctets;
    private long _replicated;
    private long _faults;

    /// <summary>Frames that came in.</summary>
    public long ReceivedFrames => Volatile.Read(ref _receivedFrames);

    /// <summary>Octets that came in, Ethernet headers included.</summary>
    public long ReceivedOctets => Volatile.Read(ref _receivedOctets);

    /// <summary>Frames that the device took.</summary>
    public long SentFrames => Volatile.Read(ref _sentFrames);

    /// <summary>Octets that the device took, Ethernet headers included.</summary>
    public long SentOctets => Volatile.Read(ref _sentOctets);

    /// <summary>Frames that flooding and segmentation made of others.</summary>
    public long Replicated => Volatile.Read(ref _replicated);

    /// <summary>Errors of the device itself, by which no frame of ours was lost.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Frames dropped for one reason: at ingress on the port they came from, at egress on the port they were for.</summary>
    public long Drops(DropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    /// <summary>Frames dropped for any reason.</summary>
    public long TotalDrops()
    {
        long sum = 0;
        for (int i = 1; i < _drops.Length; i++)
        {
            sum += Volatile.Read(ref _drops[i]);
        }

        return sum;
    }

    /// <summary>Adds what another port counted, when it is unplugged and its sums must not be lost.</summary>
    internal void Add(TrafficCounters other)
    {
        Received(other.ReceivedFrames, other.ReceivedOctets);
        Sent(other.SentFrames, other.SentOctets);
        Replicate(other.Replicated);
        Interlocked.Add(ref _faults, other.Faults);
        foreach (DropReason reason in DropReasons.All)
        {
            Drop(reason, other.Drops(reason));
        }
    }

    internal void Received(long frames, long octets)
    {
        Interlocked.Add(ref _receivedFrames, frames);
        Interlocked.Add(ref _receivedOctets, octets);
    }

    internal void Sent(long frames, long octets)
    {
        Interlocked.Add(ref _sentFrames, frames);
        Interlocked.Add(ref _sentOctets, octets);
    }

    internal void Replicate(long frames) => Interlocked.Add(ref _replicated, frames);

    internal void Drop(DropReason reason, long frames = 1) => Interlocked.Add(ref _drops[(int)reason], frames);

    internal void Fault() => Interlocked.Increment(ref _faults);
}
