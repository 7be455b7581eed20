using VSwitch.Devices.Pacing;

namespace VSwitch.Devices.Tests.Pacing;

public class PacerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WaitUntil_Deadlines_NoneIsLeftEarly(bool spins)
    {
        Pacer pacer = new(spins);
        long start = Pacer.Now;
        for (int i = 1; i <= 200; i++)
        {
            long deadline = start + (i * 200_000L);
            Assert.True(pacer.WaitUntil(deadline, TestContext.Current.CancellationToken) >= deadline);
            Assert.True(Pacer.Now >= deadline);
        }
    }

    [Fact]
    public void WaitUntil_DeadlineThatHasPassed_ReturnsTheTime()
    {
        Pacer pacer = new();
        long before = Pacer.Now;
        foreach (long deadline in new[] { before - 1, 0L, long.MinValue / 2 })
        {
            long now = pacer.WaitUntil(deadline, TestContext.Current.CancellationToken);
            Assert.True(now >= before);
        }

        Assert.Equal(0, pacer.LateSleeps);
    }

    [Fact]
    public async Task WaitUntil_Cancelled_EndsWhateverTheDeadline()
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource started = new();
        Task wait = Task.Run(() =>
        {
            started.SetResult();
            new Pacer().WaitUntil(long.MaxValue / 2, stop.Token);
        });
        await Bounded.Within(started.Task);
        await stop.CancelAsync();
        await Bounded.Within(wait);
    }

    [Fact]
    public void Margin_StaysInsideItsBounds()
    {
        Pacer pacer = new();
        Assert.Equal(TimeSpan.Zero, new Pacer(spins: false).Margin);
        long next = Pacer.Now;
        for (int i = 0; i < 300; i++)
        {
            next += 100_000;
            pacer.WaitUntil(next, TestContext.Current.CancellationToken);
            Assert.InRange(pacer.Margin, TimeSpan.FromMicroseconds(5), Pacer.MaxSpin);
        }
    }
}
