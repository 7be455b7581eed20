using VSwitch.Forwarding.Layer3;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Forwarding.Layer3;

public sealed class IcmpLimiterTests
{
    private static readonly PortId s_greedy = new(0, 0);
    private static readonly PortId s_modest = new(1, 0);

    [Fact]
    public void TryTake_OfOnePort_LeavesTheOthersTheirs()
    {
        var limiter = new IcmpLimiter();
        while (limiter.TryTake(s_greedy, 0))
        {
        }

        Assert.Equal(IcmpLimiter.Burst, Enumerable.Range(0, 1000).Count(_ => limiter.TryTake(s_modest, 0)));
    }

    [Fact]
    public void TryTake_AfterAWhile_GivesWhatTheRateAllows()
    {
        var limiter = new IcmpLimiter();
        while (limiter.TryTake(s_greedy, 0))
        {
        }

        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => limiter.TryTake(s_greedy, 10)));
        Assert.Equal(IcmpLimiter.Burst, Enumerable.Range(0, 1000).Count(_ => limiter.TryTake(s_greedy, 1_000_000_000_000)));
    }

    [Fact]
    public void TryTake_OfNoPort_IsOneBucket()
    {
        var limiter = new IcmpLimiter();
        Assert.Equal(IcmpLimiter.Burst, Enumerable.Range(0, 1000).Count(_ => limiter.TryTake(PortId.Switch, 0)));
        Assert.False(limiter.TryTake(PortId.None, 0));
    }
}
