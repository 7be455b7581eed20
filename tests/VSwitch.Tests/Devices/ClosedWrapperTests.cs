using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Streaming;
using VSwitch.Devices.Wrapping;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>A wrapper that somebody closed a moment ago is a device that is closed, and nothing else.</summary>
public sealed class ClosedWrapperTests
{
    [Fact]
    [Trait("Clause", "C1")]
    public async Task PacketCopy_OfAClosedWrapper_EndsWellAndClosesTheOther()
    {
        (PipeDevice inside, PipeDevice peer) = DevicePipe.Create();
        await PacketCopy.RunAsync(inside, await ClosedAsync(), TestContext.Current.CancellationToken).Within();
        Assert.False(await peer.WaitToReceiveAsync(TestContext.Current.CancellationToken).Within());
    }

    [Fact]
    [Trait("Clause", "F4")]
    public async Task Forwarder_SetToAClosedWrapper_IsPassiveThere()
    {
        (PipeDevice inside, _) = DevicePipe.Create();
        await using var forwarder = new Forwarder();
        await forwarder.SetReceiverAsync(await ClosedAsync());
        await forwarder.SetSenderAsync(inside);
        await Until(() => forwarder.ReceiverFault is DeviceClosedException, "the receiver is passive");
        Assert.Null(forwarder.SenderFault);
    }

    [Fact]
    [Trait("Clause", "F2")]
    public async Task Forwarder_SetToAClosedWrapperAfterStop_DoesNothing()
    {
        var forwarder = new Forwarder();
        await forwarder.StopAsync().Within();
        await forwarder.SetReceiverAsync(await ClosedAsync());
    }

    [Fact]
    [Trait("Clause", "I1")]
    public async Task PacketStream_OfAClosedWrapper_IsAtItsEnd()
    {
        await using var stream = new PacketStream(await ClosedAsync());
        Assert.Equal(0, await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<DeviceClosedException>(async () => await stream.WriteAsync(Numbered(1), TestContext.Current.CancellationToken));
    }

    private static async Task<DetachedDevice> ClosedAsync()
    {
        (PipeDevice inside, _) = DevicePipe.Create();
        var wrapper = new DetachedDevice(inside);
        await wrapper.DisposeAsync();
        return wrapper;
    }
}
