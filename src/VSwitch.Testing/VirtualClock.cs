using VSwitch.Testing.Running;

namespace VSwitch.Testing;

/// <summary>A clock that moves only when it is told to. Timers that are made of it (<see cref="TimeProvider.CreateTimer"/>) fire while it moves, each at its own moment.</summary>
/// <remarks>
/// It counts nanoseconds. Any thread may read it and make timers; one at a time moves it, and runs the timers' callbacks. The clock of a <see cref="SwitchLab"/> is moved by the lab alone.
/// </remarks>
public sealed class VirtualClock : TimeProvider
{
    /// <summary>Timestamps a second when nothing else is said: one a nanosecond.</summary>
    public const long DefaultFrequency = NanosecondsPerSecond;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long FirstTimestamp = 1_000_003; // not zero: who takes a timestamp for a time since the start is found out

    private readonly DateTimeOffset _start;
    private readonly long _frequency;
    private readonly TimerQueue _timers = new();
    private long _nanoseconds;

    /// <summary>Makes a clock that stands.</summary>
    /// <param name="start">What it shows; null for <see cref="DefaultStart"/>.</param>
    /// <param name="frequency">Timestamps a second; an odd number shows who mixes up units.</param>
    public VirtualClock(DateTimeOffset? start = null, long frequency = DefaultFrequency)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frequency, 1);
        _start = (start ?? DefaultStart).ToUniversalTime();
        _frequency = frequency;
    }

    /// <summary>2026-01-01 00:00 UTC.</summary>
    public static DateTimeOffset DefaultStart { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far it has moved, in whole ticks of 100 ns.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Nanoseconds / TimeSpan.NanosecondsPerTick);

    /// <inheritdoc/>
    public override long TimestampFrequency => _frequency;

    /// <summary>UTC, wherever the test runs.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How far it has moved.</summary>
    internal long Nanoseconds => Volatile.Read(ref _nanoseconds);

    /// <summary>What it shows, in nanoseconds since 1970-01-01 00:00 UTC.</summary>
    internal long UnixNanoseconds => ((_start - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) + Nanoseconds;

    /// <summary>When the next timer fires, counted like <see cref="Nanoseconds"/>; <see cref="long.MaxValue"/> for never.</summary>
    internal long NextTimer => _timers.Next;

    /// <inheritdoc/>
    public override long GetTimestamp() => FirstTimestamp + (long)((Int128)Nanoseconds * _frequency / NanosecondsPerSecond);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, _timers, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock; timers that are due on the way fire in the order of their moments.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(Nanoseconds + (by.Ticks * TimeSpan.NanosecondsPerTick));
    }

    /// <summary>Moves the clock to a moment that is not over yet.</summary>
    internal void AdvanceTo(long nanoseconds)
    {
        while (_timers.TryTake(nanoseconds, out VirtualTimer? timer, out long due))
        {
            Volatile.Write(ref _nanoseconds, Math.Max(due, _nanoseconds));
            timer.Fire();
        }

        Volatile.Write(ref _nanoseconds, nanoseconds);
    }
}
