using VSwitch.Captures.Replaying;

namespace VSwitch.Captures.Tests.Replaying;

public class ReplayScheduleTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(1, new long[] { 0, 1_000, 1_500 })]
    [InlineData(2, new long[] { 0, 500, 750 })]
    [InlineData(0.5, new long[] { 0, 2_000, 3_000 })]
    public void Original_Multiplier_CountsFromTheFirst(double multiplier, long[] due)
    {
        ReplaySchedule schedule = ReplaySchedule.Original(multiplier);
        long first = 1_700_000_000 * Second;
        Assert.Equal(due, new[] { first, first + 1_000, first + 1_500 }.Select(t => schedule.Next(t, 60)));
    }

    [Fact]
    [Trait("Fault", "76")]
    public void Original_BackwardTimestamp_GoesAtOnceAndMovesNothing()
    {
        ReplaySchedule schedule = ReplaySchedule.Original();
        long?[] times = [1000, 5000, 200, null, 4999, 6000];
        Assert.Equal([0, 4000, 4000, 4000, 4000, 5000], times.Select(t => schedule.Next(t, 60)));
    }

    [Fact]
    [Trait("Fault", "76")]
    public void Original_HugeGaps_NeitherOverflowNorGoBack()
    {
        foreach (double multiplier in new[] { 1, 1e-6, 1e12 })
        {
            ReplaySchedule schedule = ReplaySchedule.Original(multiplier);
            long last = 0;
            foreach (long time in new[] { long.MinValue, long.MaxValue, 0, long.MaxValue, long.MinValue, -1 })
            {
                long due = schedule.Next(time, 60);
                Assert.InRange(due, last, long.MaxValue / 2);
                last = due;
            }

            schedule.Restart(TimeSpan.MaxValue);
            Assert.InRange(schedule.Next(0, 60), last, long.MaxValue / 2);
        }
    }

    [Fact]
    [Trait("Fault", "76")]
    public void Original_MaxSleep_CapsTheGapAndGoesOnFromThere()
    {
        ReplaySchedule schedule = ReplaySchedule.Original(1, TimeSpan.FromMilliseconds(1));
        long?[] times = [0, 500, 3600 * Second, (3600 * Second) + 700, long.MaxValue, 100];
        Assert.Equal([0, 500, 1_000_500, 1_001_200, 2_001_200, 2_001_200], times.Select(t => schedule.Next(t, 60)));
    }

    [Fact]
    public void PacketRate_ManyFrames_DoNotDrift()
    {
        ReplaySchedule schedule = ReplaySchedule.PacketRate(30_000);
        long due = 0;
        for (int i = 0; i <= 3_000_000; i++)
        {
            due = schedule.Next(null, 60);
        }

        Assert.InRange(due, (100 * Second) - 1, 100 * Second);
    }

    [Theory]
    [InlineData(4, 1, new long[] { 0, 250_000_000, 500_000_000, 750_000_000, 1_000_000_000 })]
    [InlineData(0.25, 1, new long[] { 0, 4_000_000_000 })]
    [InlineData(4, 2, new long[] { 0, 0, 500_000_000, 500_000_000, 1_000_000_000 })]
    public void PacketRate_Bursts_AreDueTogether(double rate, long burst, long[] due)
    {
        ReplaySchedule schedule = ReplaySchedule.PacketRate(rate, burst);
        Assert.Equal(due, due.Select(_ => schedule.Next(12345, 60)));
    }

    [Fact]
    public void BitRate_CountsOctetsOfFramesBefore()
    {
        ReplaySchedule schedule = ReplaySchedule.BitRate(8); // an octet a microsecond
        Assert.Equal([0, 100_000, 160_000], new[] { 100, 60, 1500 }.Select(length => schedule.Next(null, length)));
    }

    [Fact]
    public void Restart_NextFrame_IsDueWhenTheLastWas()
    {
        ReplaySchedule schedule = ReplaySchedule.Original();
        schedule.Next(100, 60);
        Assert.Equal(900, schedule.Next(1000, 60));
        schedule.Restart();
        Assert.Equal(900, schedule.Next(100, 60));
        Assert.Equal(1800, schedule.Next(1000, 60));
        schedule.Restart(TimeSpan.FromMicroseconds(1));
        Assert.Equal(2800, schedule.Next(5, 60));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Rates_ThatAreNone_AreRefused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplaySchedule.Original(rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplaySchedule.PacketRate(rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplaySchedule.BitRate(rate));
    }
}
