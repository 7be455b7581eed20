using VSwitch.Devices.Workers;

namespace VSwitch.Devices.Tests.Workers;

public class BusyPollTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void NoTime_SleepsAsSoonAsThereIsNothing()
    {
        BusyPoll poll = new(TimeSpan.Zero, _time);
        Assert.False(poll.MaySleep(hasWork: true));
        Assert.True(poll.MaySleep(hasWork: false));
    }

    [Fact]
    public void Time_LooksOnForThatLongBehindTheLastWork()
    {
        BusyPoll poll = new(TimeSpan.FromMicroseconds(50), _time);
        Assert.True(poll.MaySleep(hasWork: false)); // nothing yet: nothing to look on for
        Assert.False(poll.MaySleep(hasWork: true));
        _time.Advance(TimeSpan.FromMicroseconds(30));
        Assert.False(poll.MaySleep(hasWork: false));
        Assert.False(poll.MaySleep(hasWork: true)); // from here again
        _time.Advance(TimeSpan.FromMicroseconds(49));
        Assert.False(poll.MaySleep(hasWork: false));
        _time.Advance(TimeSpan.FromMicroseconds(1));
        Assert.True(poll.MaySleep(hasWork: false));
    }
}
