using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Devices.Splitting;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>Down is not closed, inside a joiner and behind a splitter too, even when the device's events say nothing of it.</summary>
public sealed class NestedDownTests
{
    private const int ManyRounds = 2000; // more than the errors in a row that a device may have

    private static readonly JoinerOptions s_ethernet = new() { LinkLayer = LinkLayer.Ethernet };

    private readonly FrameBatch _batch = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "T7")]
    [Trait("Clause", "D4")]
    [Trait("Clause", "J6")]
    public async Task Joiner_WrapperIsDownForLong_StaysAndIsHeardAgain(bool isWatched)
    {
        (PipeDevice inside, PipeDevice station) = DevicePipe.Create();
        await using var wrapper = new DetachedDevice(inside);
        await using var joiner = new Joiner(s_ethernet);
        joiner.AttachSecondary(isWatched ? new CallbackDevice(wrapper) : wrapper);
        for (int i = 0; i < 3; i++)
        {
            wrapper.Down();
            station.TrySend(Numbered(i));
            for (int round = 0; round < ManyRounds; round++)
            {
                Assert.Equal(0, joiner.TryReceive(_batch));
            }

            Assert.Single(joiner.Devices);
            wrapper.Up();
            Assert.Equal(i, await NextOf(joiner));
        }
    }

    /// <summary>The events of a frontend say that it is down, and may be read late.</summary>
    [Fact]
    [Trait("Clause", "T7")]
    [Trait("Clause", "S6")]
    public async Task Joiner_FrontendGoesDownAndUp_StaysAndIsHeardAgain()
    {
        (PipeDevice inside, PipeDevice station) = DevicePipe.Create();
        await using var splitter = new Splitter(new SplitterOptions { LinkLayer = LinkLayer.Ethernet });
        await using var joiner = new Joiner(s_ethernet);
        await splitter.AttachAsync(inside);
        SplitFrontend frontend = splitter.Get(1);
        joiner.AttachSecondary(frontend);
        for (int i = 0; i < 20; i++)
        {
            frontend.Down();
            for (int round = 0; round < ManyRounds; round++)
            {
                Assert.Equal(0, joiner.TryReceive(_batch));
            }

            frontend.Up();
            station.TrySend(Numbered(i));
            Assert.Equal(i, await NextOf(joiner));
            Assert.Single(joiner.Devices);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "T7")]
    [Trait("Clause", "D4")]
    [Trait("Clause", "S5")]
    public async Task Splitter_BackendIsDown_StaysAndFlowsAgain(bool isWatched)
    {
        (PipeDevice inside, PipeDevice station) = DevicePipe.Create();
        await using var wrapper = new DetachedDevice(inside);
        await using var splitter = new Splitter(new SplitterOptions { LinkLayer = LinkLayer.Ethernet });
        int asked = 0;
        IPacketDevice backend = isWatched ? new CallbackDevice(wrapper) { OnReceive = (_, _) => Interlocked.Increment(ref asked) } : wrapper;
        await splitter.AttachAsync(backend);
        SplitFrontend frontend = splitter.Get(1);
        for (int i = 0; i < 3; i++)
        {
            wrapper.Down();
            Assert.Equal(0, frontend.TrySend(Numbered(i)));
            Task<bool> room = frontend.WaitToSendAsync().Within();
            station.TrySend(Numbered(i));
            wrapper.Up();
            Assert.True(await room);
            Assert.Equal(i, NumberOf(Assert.Single(await frontend.ReceiveAsync(1))));
            Assert.Same(backend, splitter.Backend);
        }

        Assert.InRange(asked, 0, 100); // waited, and not asked again and again
    }

    private static async Task<int> NextOf(Joiner joiner)
    {
        List<byte[]> frames = [];
        while (frames.Count == 0)
        {
            Assert.True(await joiner.WaitToReceiveAsync().Within());
            frames = joiner.TryReceive();
        }

        return NumberOf(Assert.Single(frames));
    }
}
