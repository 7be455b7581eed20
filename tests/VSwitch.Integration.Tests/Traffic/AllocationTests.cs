using VSwitch.Devices;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Alone)]
public class AllocationTests
{
    private const int Frames = 100_000;
    private const int Rounds = 8;

    [Theory]
    [InlineData(true, 1000, false)]
    [InlineData(false, 1000, false)]
    [InlineData(true, 60, true)]
    public async Task SteadyTraffic_ThroughRealTaps_AllocatesNothing(bool offload, int octets, bool flood)
    {
        await using SwitchLab lab = new(3, (_, spec) => spec with { Offload = offload });
        await lab.Reach(1, 0);
        using PacketSocket a = lab[0].Packets();
        byte[] frame = new FrameBuilder().From(lab[0].Mac).To(flood ? MacAddress.Broadcast : lab[1].Mac).Payload(new byte[octets]).Build();

        // The whole process is measured; what others in it allocate comes now and then, what a frame costs comes in every round.
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            least = Math.Min(least, Measure(lab.Counters(0), a, frame));
        }

        Assert.True(least < Frames, $"{least} octets allocated for {Frames} frames");
        Assert.True(least < 64 * 1024, $"{least} octets allocated for {Frames} frames");
    }

    private static long Measure(TrafficCounters counters, PacketSocket from, byte[] frame)
    {
        long aim = counters.ReceivedFrames + Frames;
        bool sent = true;
        long before = GC.GetTotalAllocatedBytes(precise: true);
        while (sent && counters.ReceivedFrames < aim)
        {
            sent = from.TrySend(frame) == 0;
        }

        long after = GC.GetTotalAllocatedBytes(precise: true);
        Assert.True(sent);
        return after - before;
    }
}
