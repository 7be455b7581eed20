using VSwitch.Devices.Relaying;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class PointToPointTests
{
    [Fact]
    [Trait("Clause", "F1")]
    public async Task SetAAndB_FramesGoBothWays_AndASwapClosesTheOldOnce()
    {
        await using var link = new PointToPoint();
        AwkwardDevice a = new(), b = new(), next = new();
        await link.SetAAsync(a);
        await link.SetBAsync(b);
        a.Deliver(Numbered(1));
        b.Deliver(Numbered(2));
        await Until(() => a.SentCount == 1 && b.SentCount == 1, "both ways");
        Assert.Equal(1, NumberOf(b.TakeSent()[0]));
        Assert.Equal(2, NumberOf(a.TakeSent()[0]));

        await link.SetAAsync(next);
        Assert.True(a.IsClosed);
        next.Deliver(Numbered(3));
        b.Deliver(Numbered(4));
        await Until(() => next.SentCount == 1 && b.SentCount == 1, "both ways after the swap");
        Assert.Equal(4, NumberOf(next.TakeSent()[0]));
        await link.SetAAsync(next);
        Assert.False(next.IsClosed);
    }

    [Fact]
    [Trait("Clause", "F2")]
    [Trait("Clause", "F3")]
    public async Task Stop_ClosesBoth_GivesBackEveryBatch_AndSetDoesNothingAfterwards()
    {
        var pool = new FrameBatchPool();
        var link = new PointToPoint(pool);
        AwkwardDevice a = new() { IsFull = true }, b = new() { IsFull = true, NeverLetsGo = true };
        await link.SetAAsync(a);
        await link.SetBAsync(b);
        a.Deliver(Numbered(1));
        b.Deliver(Numbered(2));
        await Until(() => pool.Rented == 2, "frames are under way in both directions");
        await link.StopAsync().Within();
        Assert.True(a.IsClosed);
        Assert.True(b.IsClosed);
        Assert.Equal(0, pool.Rented);

        var late = new AwkwardDevice();
        await link.SetAAsync(late);
        await link.StopAsync().Within();
        Assert.False(late.IsClosed);
        Assert.Equal(0, late.Waits);
    }

    [Fact]
    [Trait("Clause", "F4")]
    public async Task DeviceFails_ThatSideIsPassive()
    {
        await using var link = new PointToPoint();
        AwkwardDevice a = new(), b = new(), next = new();
        await link.SetAAsync(a);
        await link.SetBAsync(b);
        a.FailReceive(new IOException("broken"));
        await Until(() => link.FaultA is IOException, "A is passive");
        Assert.Null(link.FaultB);
        await link.SetAAsync(next);
        Assert.Null(link.FaultA);
        b.Deliver(Numbered(1));
        await Until(() => next.SentCount == 1, "it goes on");
    }
}
