using VSwitch.Devices.Splitting;
using VSwitch.Devices.Workers;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests;

public sealed class WrappedPortTests
{
    /// <summary>A port whose wrapper is taken down is not lost to its worker, another wrapper around it or not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "D4")]
    [Trait("Clause", "T7")]
    public async Task DownAndUp_UnderAWorker_FramesFlowAgain(bool isWatched)
    {
        (PipeDevice inside, PipeDevice station) = PipeDevice.CreatePair("a");
        (PipeDevice other, PipeDevice listener) = PipeDevice.CreatePair("b");
        var wrapper = new DetachedDevice(inside);
        var @switch = new VirtualSwitch();
        await using var host = new SwitchHost(@switch);
        host.AddPort(isWatched ? new CallbackDevice(wrapper) { OnSend = (_, _) => { } } : wrapper);
        host.AddPort(other);
        byte[] frame = new FrameBuilder().Build();
        for (int i = 0; i < 20; i++)
        {
            wrapper.Down();
            Assert.Equal(1, station.TrySend(frame));
            wrapper.Up();
            Assert.Equal(frame, Assert.Single(await listener.ReceiveAsync(1)));
        }
    }

    /// <summary>A frontend of a splitter as a port: down and up again.</summary>
    [Fact]
    [Trait("Clause", "S6")]
    [Trait("Clause", "S9")]
    [Trait("Clause", "T7")]
    public async Task FrontendDownAndUp_UnderAWorker_FramesFlowAgain()
    {
        (PipeDevice inside, PipeDevice station) = PipeDevice.CreatePair("a");
        (PipeDevice other, PipeDevice listener) = PipeDevice.CreatePair("b");
        await using var splitter = new Splitter(new SplitterOptions { LinkLayer = LinkLayer.Ethernet });
        await splitter.AttachAsync(inside);
        SplitFrontend frontend = splitter.Get(1);
        await using var host = new SwitchHost(new VirtualSwitch());
        host.AddPort(frontend);
        host.AddPort(other);
        byte[] frame = new FrameBuilder().Build();
        for (int i = 0; i < 20; i++)
        {
            frontend.Down();
            frontend.Up();
            Assert.Equal(1, station.TrySend(frame));
            Assert.Equal(frame, Assert.Single(await listener.ReceiveAsync(1)));
        }
    }
}
