namespace VSwitch.Captures.Replaying;

/// <summary>When each frame is due, in nanoseconds from the start: never earlier than the one before.</summary>
/// <remarks>A moment is counted from the start, not from the frame before, so that nothing adds up. It goes up to 146 years, and stays there.</remarks>
public sealed class ReplaySchedule
{
    private const long Second = 1_000_000_000;
    private const long Latest = long.MaxValue / 2;
    private const double BitsPerOctet = 8;

    private readonly Pace _pace;
    private readonly double _rate;          // original: the multiplier; packets a second; megabits a second
    private readonly long _burst;           // packets that are sent together
    private readonly long _maxSleep;        // in nanoseconds
    private long _due;                      // of the frame before
    private long _origin;                   // what _reference is due at
    private long? _reference;               // timestamp that moments are counted from
    private long _highest;                  // timestamp
    private long _frames;                   // since the origin
    private double _octets;

    private ReplaySchedule(Pace pace, double rate = 1, long burst = 1, TimeSpan? maxSleep = null)
    {
        (_pace, _rate, _burst) = (pace, rate, burst);
        _maxSleep = maxSleep is { } sleep ? (long)(sleep.TotalMilliseconds * 1_000_000) : Latest;
    }

    private enum Pace
    {
        Original,
        Packets,
        Bits,
        Top,
        Steps,
    }

    /// <summary>Moments mean something: not at top speed, nor one by one.</summary>
    public bool IsPaced => _pace is Pace.Original or Pace.Packets or Pace.Bits;

    /// <summary>As captured: a frame with an earlier timestamp than one before it, or with none, goes at once.</summary>
    /// <param name="multiplier">2 is twice as fast.</param>
    /// <param name="maxSleep">Gaps are no longer than this; null for as they are.</param>
    public static ReplaySchedule Original(double multiplier = 1, TimeSpan? maxSleep = null) => new(Pace.Original, Positive(multiplier), 1, maxSleep);

    /// <summary>So many frames a second, by bursts.</summary>
    /// <param name="packets">A second; may be less than one.</param>
    /// <param name="burst">Frames that go together.</param>
    public static ReplaySchedule PacketRate(double packets, long burst = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        return new(Pace.Packets, Positive(packets), burst);
    }

    /// <summary>So many megabits a second: octets of frames without preamble, FCS and gap, as tcpreplay counts them.</summary>
    public static ReplaySchedule BitRate(double megabits) => new(Pace.Bits, Positive(megabits));

    /// <summary>All at once.</summary>
    public static ReplaySchedule TopSpeed() => new(Pace.Top);

    /// <summary>One by one: a frame is due one nanosecond after the one before, for a clock that waits for somebody.</summary>
    public static ReplaySchedule OneAtATime() => new(Pace.Steps);

    /// <summary>The next frame begins anew, when the one before went: another file, or another loop.</summary>
    /// <param name="delay">And so much later.</param>
    public void Restart(TimeSpan delay = default)
    {
        if (delay > TimeSpan.Zero)
        {
            // Packets and bits go on from here: what was due meanwhile is not made up for.
            _due = Add(_due, delay.TotalMilliseconds * 1_000_000);
            (_origin, _frames, _octets) = (_due, 0, 0);
        }

        _reference = null;
    }

    /// <summary>The moment of the next frame.</summary>
    /// <param name="timestamp">When it was captured, in nanoseconds; null when nobody knows.</param>
    /// <param name="length">Its octets.</param>
    public long Next(long? timestamp, int length)
    {
        long due = _pace switch
        {
            Pace.Original => ByTimestamp(timestamp),
            Pace.Packets => Add(_origin, _frames / _burst * (_burst * Second / _rate)),
            Pace.Bits => Add(_origin, _octets * BitsPerOctet * 1000 / _rate),
            Pace.Steps => _due + 1,
            _ => 0,
        };
        _frames++;
        _octets += length;
        _due = Math.Max(_due, due);
        return _due;
    }

    private long ByTimestamp(long? timestamp)
    {
        if (timestamp is not { } time)
        {
            return _due;
        }

        if (_reference is null)
        {
            (_reference, _highest, _origin) = (time, time, _due);
            return _due;
        }

        if (time <= _highest)
        {
            return _due;
        }

        _highest = time;
        long due = Add(_origin, (double)((Int128)time - _reference.Value) / _rate);
        if (due - _due > _maxSleep)
        {
            due = _due + _maxSleep;
            (_reference, _origin) = (time, due);
        }

        return due;
    }

    private static double Positive(double value) =>
        double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "not a number above 0");

    private static long Add(long moment, double nanoseconds) => nanoseconds < Latest - moment ? moment + (long)nanoseconds : Latest;
}
