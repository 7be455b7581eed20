using VSwitch.Devices.Workers;
using VSwitch.Devices.Wrapping;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests;

public sealed class WrappedPortTests
{
    /// <summary>A port whose wrapper is taken down is not lost to its worker.</summary>
    [Fact]
    [Trait("Clause", "D4")]
    [Trait("Clause", "T7")]
    public async Task DownAndUp_UnderAWorker_FramesFlowAgain()
    {
        (PipeDevice inside, PipeDevice station) = PipeDevice.CreatePair("a");
        (PipeDevice other, PipeDevice listener) = PipeDevice.CreatePair("b");
        var wrapper = new DetachedDevice(inside);
        var @switch = new VirtualSwitch();
        await using var host = new SwitchHost(@switch);
        host.AddPort(wrapper);
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
}
