using VSwitch.Policies;

namespace VSwitch.Tests.Policies;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("100mbit", 100_000_000, false, 125_000)]
    [InlineData("1gbit", 1_000_000_000, false, 1_250_000)]
    [InlineData("500kbit", 500_000, false, RateLimit.LeastBurstOctets)]
    [InlineData("9600bit", 9600, false, RateLimit.LeastBurstOctets)]
    [InlineData("1tbit", 1_000_000_000_000, false, 1_000_000_000)]
    [InlineData("100Mbit:128K", 100_000_000, false, 128 * 1024)]
    [InlineData("100mbit:3m", 100_000_000, false, 3 * 1024 * 1024)]
    [InlineData("100mbit:100000", 100_000_000, false, 100_000)]
    [InlineData("100mbit:1k", 100_000_000, false, RateLimit.LeastBurstOctets)]
    [InlineData("1000pps", 1000, true, 100)]
    [InlineData("1pps", 1, true, 1)]
    [InlineData("10kpps", 10_000, true, 1000)]
    [InlineData("2mpps", 2_000_000, true, 200_000)]
    [InlineData("1000pps:50", 1000, true, 50)]
    public void Parse_RateAndBurst(string text, long perSecond, bool isFrames, long burst)
    {
        RateLimit limit = RateLimit.Parse(text);
        Assert.Equal((perSecond, isFrames, burst), (limit.PerSecond, limit.IsFrames, limit.Burst));
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("bit")]
    [InlineData("pps")]
    [InlineData("mbit")]
    [InlineData("-1mbit")]
    [InlineData("+1mbit")]
    [InlineData("1 mbit")]
    [InlineData("1.5mbit")]
    [InlineData("1mbps")]
    [InlineData("0pps")]
    [InlineData("0bit")]
    [InlineData("999bit")]
    [InlineData("1001gbit")]
    [InlineData("2tbit")]
    [InlineData("1001mpps")]
    [InlineData("9223372036854775807mbit")]
    [InlineData("99999999999999999999bit")]
    [InlineData("100mbit:")]
    [InlineData("100mbit:k")]
    [InlineData("100mbit:0")]
    [InlineData("100mbit:1g")]
    [InlineData("100mbit:1000000001")]
    [InlineData("100mbit:128k:1")]
    [InlineData("1000pps:0")]
    [InlineData("1000pps:1k")]
    [InlineData(":128k")]
    public void TryParse_AnythingElse_IsFalse(string text)
    {
        Assert.False(RateLimit.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => RateLimit.Parse(text));
    }

    [Theory]
    [InlineData("100mbit")]
    [InlineData("1tbit")]
    [InlineData("1500mbit:1m")]
    [InlineData("9601bit:65601")]
    [InlineData("1000kpps:50", "1mpps:50")]
    [InlineData("1001pps:7")]
    [InlineData("100mbit:125000", "100mbit")]
    public void ToString_IsParsedAsTheSame(string text, string? expected = null)
    {
        RateLimit limit = RateLimit.Parse(text);
        Assert.Equal(expected ?? text, limit.ToString());
        Assert.Equal(limit, RateLimit.Parse(limit.ToString()));
    }

    [Fact]
    public void ToString_AnyLimit_IsParsedAsTheSame()
    {
        Random random = new(8);
        for (int i = 0; i < 10_000; i++)
        {
            long rate = (long)Math.Pow(10, 3 + (random.NextDouble() * 6));
            long burst = random.NextInt64(RateLimit.LeastBurstOctets, 1_000_000_000);
            RateLimit[] limits = [RateLimit.Bits(rate * 1000, burst), RateLimit.Bits(rate), RateLimit.Frames(rate, burst), RateLimit.Frames(rate)];
            foreach (RateLimit limit in limits)
            {
                Assert.Equal(limit, RateLimit.Parse(limit.ToString()));
            }
        }
    }

    [Fact]
    public void BitsAndFrames_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RateLimit.Bits(999));
        Assert.Throws<ArgumentOutOfRangeException>(() => RateLimit.Bits(1_000_000_000_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => RateLimit.Bits(1000, 1_000_000_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => RateLimit.Frames(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RateLimit.Frames(1_000_000_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => RateLimit.Frames(1, 0));
    }
}
