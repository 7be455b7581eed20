using VSwitch.Forwarding.Rates;
using VSwitch.Policies;

namespace VSwitch.Tests.Forwarding.Rates;

public sealed class TokenBucketTests
{
    private const long Second = 1_000_000_000;
    private const long Year = 365 * 24 * 3600 * Second;

    public static TheoryData<long> FrameRates => [1, 3, 7, 1000, 1_234_567, 14_880_952, 333_333_333, 999_999_999, 1_000_000_000];

    public static TheoryData<long> BitRates =>
        [1000, 1001, 9600, 1_000_000, 3_333_333, 1_000_000_000, 25_000_000_000, 100_000_000_000, 777_777_777_777, 1_000_000_000_000];

    [Theory]
    [MemberData(nameof(FrameRates))]
    public void TryTake_Frames_LongRunRateIsExact(long perSecond) => AssertRate(RateLimit.Frames(perSecond, Math.Max(32, perSecond / 1000)), new(8, 1, 1));

    [Theory]
    [MemberData(nameof(BitRates))]
    public void TryTake_Octets_LongRunRateIsExact(long perSecond)
    {
        AssertRate(RateLimit.Bits(perSecond, 200_000), new(1, 60, 1514));
        AssertRate(RateLimit.Bits(perSecond, 200_000), new(1, 60, 61)); // a fraction of its own at each step, always the same
    }

    [Theory]
    [MemberData(nameof(FrameRates))]
    public void TryTake_Frames_BurstIsExact(long perSecond)
    {
        TokenBucket bucket = new(RateLimit.Frames(perSecond, 1000));
        Assert.Equal(1000, Enumerable.Range(0, 2000).Count(_ => bucket.TryTake(Year, 1, 60)));
        Assert.False(bucket.TryTake(Year, 1, 0));
    }

    [Theory]
    [MemberData(nameof(BitRates))]
    public void TryTake_Octets_BurstIsExact(long perSecond)
    {
        TokenBucket bucket = new(RateLimit.Bits(perSecond, 60_000_000));
        Assert.Equal(1_000_000, Enumerable.Range(0, 1_000_100).Count(_ => bucket.TryTake(Year, 1, 60)));
    }

    [Fact]
    public void TryTake_MoreThanTheBurst_IsFalseAndTakesNothing()
    {
        TokenBucket bucket = new(RateLimit.Frames(10, 5));
        Assert.False(bucket.TryTake(0, 6, 0));
        Assert.False(bucket.TryTake(0, int.MaxValue, 0));
        Assert.True(bucket.TryTake(0, 5, 0));
        Assert.False(bucket.TryTake(Second / 10 - 1, 1, 0));
        Assert.True(bucket.TryTake(Second / 10, 1, 0));
        Assert.False(new TokenBucket(RateLimit.Bits(1000)).TryTake(Year, 1, int.MaxValue));
    }

    [Fact]
    public void TryTake_FewerThanWasRefused_StillPass()
    {
        TokenBucket bucket = new(RateLimit.Bits(8000, 70_000));
        Assert.True(bucket.TryTake(0, 1, 65_600));
        Assert.False(bucket.TryTake(0, 1, 4401));
        Assert.True(bucket.TryTake(0, 1, 4400));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1_000_000_000_000)]
    public void TryTake_IdleForYears_BurstIsNoMoreThanEver(long bitsPerSecond)
    {
        TokenBucket bucket = new(RateLimit.Bits(bitsPerSecond, 1_000_000));
        foreach (long now in new[] { 0, Year, 6 * Year, 9 * Year })
        {
            Assert.Equal(1000, Enumerable.Range(0, 2000).Count(_ => bucket.TryTake(now, 1, 1000)));
        }
    }

    [Fact]
    public void TryTake_BurstOfDecades_IsCutAndDoesNoHarm()
    {
        TokenBucket bucket = new(RateLimit.Frames(1, 1_000_000_000));
        Assert.False(bucket.TryTake(9 * Year, 1_000_000_000, 0));
        Assert.True(bucket.TryTake(9 * Year, 288_000_000, 0));
        Assert.False(bucket.TryTake(9 * Year, 1_000_000, 0));
    }

    [Fact]
    public void TryTake_SuperFrameAtAKilobit_OnceInItsTime()
    {
        const long Time = 65_600 * 8 * Second / 1000; // 524.8 s
        TokenBucket bucket = new(RateLimit.Bits(1000));
        Assert.True(bucket.TryTake(0, 45, 65_600));
        for (int i = 1; i <= 100; i++)
        {
            Assert.False(bucket.TryTake((i * Time) - 1, 45, 65_600));
            Assert.True(bucket.TryTake(i * Time, 45, 65_600));
        }
    }

    [Fact]
    public void TryTake_OlderClock_NeitherGivesMoreNorTakesAway()
    {
        TokenBucket bucket = new(RateLimit.Frames(1_000_000, 10));
        Assert.True(bucket.TryTake(Second, 5, 0));
        Assert.True(bucket.TryTake(Second - 1_000_000, 5, 0));
        Assert.False(bucket.TryTake(Second - 1_000_000, 1, 0));
        Assert.False(bucket.TryTake(Second + 999, 1, 0));
        Assert.True(bucket.TryTake(Second + 1000, 1, 0));
        Assert.False(bucket.TryTake(0, 1, 0));
    }

    [Theory]
    [InlineData(3_000_000, true)]
    [InlineData(777_777_777_777, false)]
    public void TryTake_ManyThreads_NeverExceedAndLoseNothing(long perSecond, bool isFrames)
    {
        const int Threads = 2;
        RateLimit limit = isFrames ? RateLimit.Frames(perSecond, 1000) : RateLimit.Bits(perSecond, 100_000);
        TokenBucket bucket = new(limit);
        long clock = 0;
        long taken = 0;
        long end = isFrames ? Second / 10 : 200_000;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            Random random = new(t);
            long mine = 0;
            for (long now = 0; now < end; now = Interlocked.Add(ref clock, isFrames ? 50 : 1))
            {
                int octets = random.Next(60, 100);
                for (int i = 0; i < 4; i++)
                {
                    mine += bucket.TryTake(now, 1, octets) ? isFrames ? 1 : octets : 0;
                }
            }

            Interlocked.Add(ref taken, mine);
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
        double allowed = limit.Burst + (end / 1e9 * perSecond / (isFrames ? 1 : 8));
        Assert.InRange(taken, (allowed * 0.999) - 200, allowed + 1);
    }

    /// <summary>Asks more often than the rate allows, until a million were asked for, and compares what passed with burst and rate.</summary>
    private static void AssertRate(RateLimit limit, Sizes sizes)
    {
        TokenBucket bucket = new(limit);
        Random random = new(1);
        double time = 0;
        double step = 1e9 / limit.PerSecond * (limit.IsFrames ? 1 : 8) * (sizes.Least + sizes.Most) / 2 * sizes.Frames / 3;
        long taken = 0;
        for (int i = 0; i < 1_000_000; i++, time += step)
        {
            int octets = random.Next(sizes.Least, sizes.Most);
            taken += bucket.TryTake(Year + (long)time, sizes.Frames, octets) ? limit.IsFrames ? sizes.Frames : octets : 0;
        }

        double seconds = (long)(time - step) / 1e9;
        double allowed = limit.Burst + (seconds * (limit.IsFrames ? limit.PerSecond : limit.PerSecond / 8.0));
        Assert.InRange(taken, (allowed * 0.999) - sizes.Most - sizes.Frames, allowed + 1);
    }

    private readonly record struct Sizes(int Frames, int Least, int Most);
}
