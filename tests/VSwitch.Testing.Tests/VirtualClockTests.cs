namespace VSwitch.Testing.Tests;

public sealed class VirtualClockTests
{
    [Fact]
    public void New_StandsAtTheFixedDate()
    {
        var clock = new VirtualClock();
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), clock.GetUtcNow());
        Assert.Equal(VirtualClock.DefaultStart, clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
        Assert.Equal(TimeZoneInfo.Utc, clock.LocalTimeZone);
        Assert.Equal(1_000_000_000, clock.TimestampFrequency);
    }

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(10_000_000)]
    [InlineData(3_333_333)]
    [InlineData(1)]
    public void Advance_AnyFrequency_TimestampsSayTheSame(long frequency)
    {
        var clock = new VirtualClock(frequency: frequency);
        long before = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromHours(1000));
        Assert.Equal(TimeSpan.FromHours(1000), clock.GetElapsedTime(before));
        Assert.Equal(VirtualClock.DefaultStart + TimeSpan.FromHours(1000), clock.GetUtcNow());
    }

    [Fact]
    public void Advance_ManySmallSteps_LosesNothing()
    {
        var clock = new VirtualClock(frequency: 3_333_333);
        long before = clock.GetTimestamp();
        for (int i = 0; i < 10_000; i++)
        {
            clock.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(1), clock.Elapsed);
        Assert.Equal(3333, clock.GetTimestamp() - before);
    }

    [Fact]
    public void Advance_Backwards_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new VirtualClock().Advance(TimeSpan.FromTicks(-1)));

    [Fact]
    public void CreateTimer_Due_FiresAtItsMomentInOrder()
    {
        var clock = new VirtualClock();
        var fired = new List<(string Name, double Seconds)>();
        using ITimer late = clock.CreateTimer(_ => fired.Add(("late", clock.Elapsed.TotalSeconds)), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using ITimer periodic = clock.CreateTimer(_ => fired.Add(("periodic", clock.Elapsed.TotalSeconds)), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([("periodic", 1), ("late", 3), ("periodic", 3), ("periodic", 5)], fired);
        Assert.Equal(TimeSpan.FromSeconds(5), clock.Elapsed);
    }

    [Fact]
    public void CreateTimer_ChangedOrDisposed_OldMomentIsVoid()
    {
        var clock = new VirtualClock();
        int fired = 0;
        ITimer timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, fired);
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, fired);
    }

    [Fact]
    public async Task TaskDelay_OnTheClock_EndsWhenItHasMoved()
    {
        var clock = new VirtualClock();
        Task delay = Task.Delay(TimeSpan.FromHours(1), clock);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
