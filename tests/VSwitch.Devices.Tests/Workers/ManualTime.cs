namespace VSwitch.Devices.Tests.Workers;

/// <summary>A clock that moves only when told to, with its timers: they run on the thread that moves it, each at its time.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks = 1_000_003;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>How often a timer was due.</summary>
    internal int Fired { get; private set; }

    internal void Advance(TimeSpan by)
    {
        long until = GetTimestamp() + by.Ticks;
        while (Next(until) is { } timer)
        {
            Volatile.Write(ref _ticks, Math.Max(GetTimestamp(), timer.DueAt));
            Fired++;
            timer.Fire();
        }

        Volatile.Write(ref _ticks, until);
    }

    private ManualTimer? Next(long until)
    {
        lock (_gate)
        {
            return _timers.Where(t => t.DueAt <= until).MinBy(t => t.DueAt);
        }
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _period;

        internal long DueAt { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _period = period;
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
                time._timers.Remove(this);
                time._timers.Add(this);
                return true;
            }
        }

        internal void Fire()
        {
            DueAt = _period == Timeout.InfiniteTimeSpan ? long.MaxValue : DueAt + _period.Ticks;
            callback();
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
