namespace VSwitch.TestKit;

/// <summary>A clock that moves only when told to. Its frequency is odd, so that a mix-up of units shows.</summary>
public sealed class VirtualTime : TimeProvider
{
    private long _ticks = 1_000_003;

    public override long TimestampFrequency => 3_333_333;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + GetElapsedTime(0, GetTimestamp());

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _ticks, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
