using VSwitch.Devices;
using VSwitch.Frames;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class PacketChannelTests
{
    [Fact]
    [Trait("Clause", "P1")]
    [Trait("Clause", "P2")]
    public async Task Frames_KeepOrder_AndAFullChannelTakesNoMore()
    {
        using var channel = new PacketChannel(capacityFrames: 3);
        FrameBatch batch = BatchOf([.. Enumerable.Range(0, 5).Select(i => Numbered(i))]);
        Assert.Equal(3, channel.TrySend(batch, [4, 3, 2, 1, 0]));
        Task<bool> room = channel.WaitToSendAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(room.IsCompleted);
        var received = new FrameBatch(2);
        Assert.Equal(2, channel.TryReceive(received));
        Assert.True(await room.Within());
        Assert.Equal([4, 3], received.Frames().Select(f => NumberOf(f)));
        received.Clear();
        Assert.Equal(1, channel.TryReceive(received));
        Assert.Equal(2, NumberOf(received.Octets(0)));
    }

    [Fact]
    [Trait("Clause", "P4")]
    public async Task Dispose_EndsWaits_AndErrorsAreDistinct()
    {
        var channel = new PacketChannel();
        Task<bool> receiving = channel.WaitToReceiveAsync(TestContext.Current.CancellationToken).AsTask();
        channel.Dispose();
        channel.Dispose();
        Assert.False(await receiving.Within());
        Assert.Throws<ReceiveOnClosedException>(() => channel.TryReceive(new FrameBatch(1)));
        Assert.Throws<SendOnClosedException>(() => channel.TrySend(BatchOf(Numbered(1)), [0]));
    }

    [Fact]
    [Trait("Clause", "P2")]
    public async Task WaitToSend_SaysYes_OnlyWhenAnyFrameFits()
    {
        using var channel = new PacketChannel(capacityOctets: 1);
        byte[] longest = new byte[FrameBatch.MaxFrameLength];
        FrameBatch batch = BatchOf(longest, new byte[100]);
        var one = new FrameBatch(1);
        for (int i = 0; i < 100; i++)
        {
            while (channel.TrySend(batch, [i % 3 == 0 ? 0 : 1]) == 1 && await channel.WaitToSendAsync(TestContext.Current.CancellationToken).IsReady())
            {
                Assert.Equal(1, channel.TrySend(batch, [0]));
            }

            one.Clear();
            Assert.Equal(1, channel.TryReceive(one));
        }
    }
}

file static class Readiness
{
    /// <summary>Whether a wait ends at once; one that does not is left to the end of its channel.</summary>
    internal static ValueTask<bool> IsReady(this ValueTask<bool> wait) => wait.IsCompleted ? wait : new(false);
}
