namespace VSwitch.Testing.Running;

/// <summary>A timer of a <see cref="VirtualClock"/>.</summary>
internal sealed class VirtualTimer(VirtualClock clock, TimerQueue queue, TimerCallback callback, object? state) : ITimer
{
    private long _setting;
    private long _period;
    private bool _isDisposed;

    /// <summary>Counts how often the timer was set: what was queued for another setting is void.</summary>
    internal long Setting => Volatile.Read(ref _setting);

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed)
        {
            return false;
        }

        long setting = Interlocked.Increment(ref _setting);
        _period = period <= TimeSpan.Zero ? 0 : period.Ticks * TimeSpan.NanosecondsPerTick;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            queue.Add(this, setting, clock.Nanoseconds + (dueTime.Ticks * TimeSpan.NanosecondsPerTick));
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Interlocked.Increment(ref _setting);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the callback; a timer with a period is set again first.</summary>
    internal void Fire()
    {
        if (_period > 0)
        {
            queue.Add(this, Setting, clock.Nanoseconds + _period);
        }

        callback(state);
    }
}
