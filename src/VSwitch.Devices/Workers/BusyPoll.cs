namespace VSwitch.Devices.Workers;

/// <summary>How long a worker goes on looking for frames after the last one, before it sleeps: what is saved is the time the kernel needs to wake a thread.</summary>
/// <remarks>Belongs to one thread.</remarks>
/// <param name="time">Zero: it sleeps at once.</param>
/// <param name="clock">Only asked where there is a time.</param>
internal sealed class BusyPoll(TimeSpan time, TimeProvider clock)
{
    private readonly long _ticks = (long)(time.TotalSeconds * clock.TimestampFrequency);
    private long _until;

    /// <param name="hasWork">Something is to be done now.</param>
    /// <returns>Whether the worker may sleep until there is something.</returns>
    internal bool MaySleep(bool hasWork)
    {
        if (_ticks == 0)
        {
            return !hasWork;
        }

        long now = clock.GetTimestamp();
        if (hasWork)
        {
            _until = now + _ticks;
        }

        return !hasWork && now >= _until;
    }
}
