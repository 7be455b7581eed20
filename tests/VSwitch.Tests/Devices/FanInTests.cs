using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Tests.Devices;

public sealed class FanInTests
{
    private static readonly PortId s_greedy = new(0, 0);
    private static readonly PortId s_modest = new(1, 0);

    /// <summary>Else a port that floods takes the worker's time from all others that the worker serves, for as long as it floods.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "58")]
    public void Receive_DeviceThatFillsEveryBurst_LeavesTheOthersTheirTurn(bool isNative)
    {
        TestDevice greedy = Device("greedy", isNative);
        TestDevice modest = Device("modest", isNative);
        for (int i = 0; i < 4 * FrameBatch.DefaultCapacity; i++)
        {
            greedy.Far.Send(new byte[60]);
        }

        modest.Far.Send(new byte[60]);
        var fanIn = new FanIn();
        fanIn.MarkReady(new AttachedDevice(greedy, s_greedy, new TrafficCounters()));
        fanIn.MarkReady(new AttachedDevice(modest, s_modest, new TrafficCounters()));
        var batch = new FrameBatch();
        fanIn.Receive(batch, timestamp: 0);
        Assert.Equal(FrameBatch.DefaultCapacity, batch.Count);
        batch.Clear();
        fanIn.Receive(batch, timestamp: 0);
        Assert.Equal(s_modest, batch[0].Ingress);
        Assert.True(fanIn.HasReady);
    }

    private static TestDevice Device(string name, bool isNative) =>
        new(name, LinkLayer.Ethernet, new DeviceCapabilities { IsNative = isNative, BatchSize = isNative ? FrameBatch.DefaultCapacity : 1 });
}
