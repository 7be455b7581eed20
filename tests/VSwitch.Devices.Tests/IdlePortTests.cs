using VSwitch.Devices.Workers;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests;

/// <summary>A thousand ports under workers: those that have nothing to do are left alone. Counted, not timed.</summary>
public sealed class IdlePortTests
{
    private const int Ports = 1000;
    private const int Frames = 500;

    [Fact]
    [Trait("Clause", "S9")]
    public async Task ThousandPorts_TwoHaveTraffic_TheOthersAreNotAsked()
    {
        await using var host = new SwitchHost(new VirtualSwitch(), workers: 2);
        HookedDevice[] devices = new HookedDevice[Ports];
        PipeDevice[] stations = new PipeDevice[Ports];
        for (int i = 0; i < Ports; i++)
        {
            (PipeDevice near, stations[i]) = PipeDevice.CreatePair($"p{i}");
            devices[i] = new HookedDevice(near);
            host.AddPort(devices[i]);
        }

        stations[0].TrySend(TestSwitch.Frame(0, 1).Build()); // a flood: all are sent to, once
        await stations[1].ReceiveAsync(1);
        stations[1].TrySend(TestSwitch.Frame(1, 0).Build());
        await stations[0].ReceiveAsync(1);
        for (int i = 0; i < Frames; i++)
        {
            stations[0].TrySend(TestSwitch.Frame(0, 1).Build());
            await stations[1].ReceiveAsync(1);
        }

        await Waiting.Until(() => host.Switch.GetTotals().SentFrames == Ports - 1 + 1 + Frames, "what was received is counted as sent");
        Assert.All(devices[2..], d => Assert.Equal((0, 1), (d.Calls(DeviceCall.Receive), d.Calls(DeviceCall.Send))));
        Assert.All(devices[2..], d => Assert.InRange(d.Calls(DeviceCall.WaitToReceive), 0, 1));
    }
}
