using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VSwitch.Devices.Pacing;

/// <summary>Waits for moments of the monotonic clock, to the microsecond: sleeps until shortly before, then spins.</summary>
/// <remarks>
/// <para>
/// A deadline is absolute, so that lateness of one never moves the next. How long before it the sleep ends is learnt from how late sleeps end, and bounded: on a
/// machine that is busy with others, whoever spins long uses up his share of it, and is late by milliseconds where a sleeper is woken at once.
/// </para>
/// For one thread, which is the one that waits. Source: clock_nanosleep(2), PR_SET_TIMERSLACK of prctl(2).
/// </remarks>
public sealed class Pacer
{
    /// <summary>The longest time that a wait spins.</summary>
    public static readonly TimeSpan MaxSpin = TimeSpan.FromMicroseconds(80);

    private const long Second = 1_000_000_000;
    private const long MinMargin = 5_000;
    private const long FirstMargin = 60_000;
    private const long MaxMargin = 80_000;
    private const long MaxSleep = 100_000_000;      // then whoever wants to stop is heard
    private const long Reserve = 3_000;
    private const long StepUp = 2_000;              // against a step down of a fortieth: the margin settles where 1 sleep in 40 ends too late
    private const long StepDown = 50;

    private readonly bool _spins;
    private long _margin;
    private bool _prepared;

    /// <summary>Makes it.</summary>
    /// <param name="spins">False: sleeps only, which costs next to nothing and is late by what the kernel needs to wake a thread.</param>
    public Pacer(bool spins = true)
    {
        _spins = spins;
        _margin = spins ? FirstMargin : 0;
    }

    /// <summary>Now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    public static long Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Stopwatch.Frequency == Second ? Stopwatch.GetTimestamp() : (long)(Stopwatch.GetTimestamp() * ((double)Second / Stopwatch.Frequency));
    }

    /// <summary>How long before its deadline a sleep ends at the moment.</summary>
    public TimeSpan Margin => TimeSpan.FromMicroseconds(_margin / 1000.0);

    /// <summary>Sleeps that were not over in time.</summary>
    public long LateSleeps { get; private set; }

    /// <summary>Waits until a moment; one that has passed is not waited for.</summary>
    /// <param name="deadline">In nanoseconds, as <see cref="Now"/> counts them.</param>
    /// <param name="cancellationToken">Ends the wait, within a tenth of a second.</param>
    /// <returns>The time at the end, not before the deadline unless cancelled.</returns>
    public long WaitUntil(long deadline, CancellationToken cancellationToken = default)
    {
        long now = Now;
        while (deadline > now && deadline - now > _margin && !cancellationToken.IsCancellationRequested)
        {
            now = Sleep(deadline - now, deadline);
        }

        while (now < deadline && !cancellationToken.IsCancellationRequested)
        {
            now = Now;
        }

        return now;
    }

    private long Sleep(long remaining, long deadline)
    {
        if (!_prepared)
        {
            _prepared = true;
            _ = Interop.Libc.Prctl(Interop.Libc.PR_SET_TIMERSLACK, 1, 0, 0, 0); // nanoseconds; the default of 50,000 is what timers may be late by
        }

        bool isLast = remaining - _margin <= MaxSleep;
        long until = isLast ? deadline - _margin : deadline - remaining + MaxSleep;
        Interop.Libc.TimeSpec time = new() { tv_sec = until / Second, tv_nsec = until % Second };
        _ = Interop.Libc.ClockNanosleep(Interop.Libc.CLOCK_MONOTONIC, Interop.Libc.TIMER_ABSTIME, in time, 0); // EINTR: asked again by the caller's loop
        long now = Now;
        if (isLast && _spins)
        {
            Learn(now, until, deadline);
        }

        return now;
    }

    private void Learn(long now, long until, long deadline)
    {
        long overshoot = now - until;
        LateSleeps += now > deadline ? 1 : 0;

        // Later than the longest margin: somebody else had the processor, which no spinning helps against; it would only use up our own share of it.
        if (overshoot > MaxMargin)
        {
            return;
        }

        _margin = overshoot + Reserve > _margin ? Math.Min(MaxMargin, _margin + StepUp) : Math.Max(MinMargin, _margin - StepDown);
    }
}
