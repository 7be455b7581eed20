using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.IpPacket;

namespace VSwitch.Tests.Devices.Joining;

/// <summary>Who has nothing to do is left alone, however many there are and whatever the others do. Counted, not timed.</summary>
public sealed class JoinerIdleTests
{
    private const int ManyDevices = 1000;
    private const int Frames = 500;

    private readonly FrameBatch _batch = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "J11")]
    public async Task ThousandDevices_OneHasTraffic_TheOthersAreNotAsked(bool isWrapped)
    {
        await using var joiner = new Joiner();
        HookedDevice[] devices = new HookedDevice[ManyDevices];
        PipeDevice[] stations = new PipeDevice[ManyDevices];
        for (int i = 0; i < ManyDevices; i++)
        {
            (PipeDevice near, stations[i]) = DevicePipe.Create(linkLayer: LinkLayer.Ip);
            devices[i] = new HookedDevice(near);
            joiner.AttachSecondary(isWrapped ? new DetachedDevice(devices[i]) : devices[i]);
        }

        for (int i = 0; i < Frames; i++)
        {
            stations[0].TrySend(Udp("10.0.0.1", "192.0.2.9"));
            Assert.True(await joiner.WaitToReceiveAsync().Soon());
            _batch.Clear();
            await Waiting.Until(() => joiner.TryReceive(_batch) == 1, "the frame comes out");
            Assert.Equal(1, joiner.TrySend(Udp("192.0.2.9", "10.0.0.1")));
            stations[0].TryReceive(places: 1);
        }

        Assert.All(devices[1..], d => Assert.Equal((1, 0, 0, 0), (
            d.Calls(DeviceCall.WaitToReceive), d.Calls(DeviceCall.Receive), d.Calls(DeviceCall.Send), d.Calls(DeviceCall.WaitToSend))));
        Assert.InRange(devices[0].Calls(DeviceCall.Receive), Frames, 3 * Frames);
    }
}
