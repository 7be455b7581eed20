using VSwitch.Devices.Tap;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class ConservationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "66")]
    public async Task Frames_FasterThanTheyAreRead_SumsOfKernelAndSwitchAgree(bool offload)
    {
        const int Frames = 200_000;
        await using SwitchLab lab = new(2, (_, spec) => spec with { Offload = offload });
        await lab.Reach(1, 0);
        lab[0].Silence();
        lab[1].Silence();
        using PacketSocket a = lab[0].Packets();
        byte[] frame = new FrameBuilder().From(lab[0].Mac).To(lab[1].Mac).Build();
        long before = Offered(lab);
        for (int i = 0; i < Frames; i++)
        {
            a.Send(frame);
        }

        // What nobody read in time is in the kernel's count, all else in the switch's: nothing is in neither.
        await Bounded.Until(() => Offered(lab) - before >= Frames, "all that was sent is accounted for");
        await Bounded.Until(() => lab.Counters(0).ReceivedFrames == KernelCounts.Of(lab[0]).Sent, "the switch received what the kernel sent");
        await Bounded.Until(() => lab.Counters(1).SentFrames == KernelCounts.Of(lab[1]).Received, "the kernel received what the switch sent");
        Assert.Equal(Frames, Offered(lab) - before);
        Assert.Equal(((L2Dev)lab.Port(0).Device).ReadLink().TransmitDropped, KernelCounts.Of(lab[0]).SentDropped);
    }

    private static long Offered(SwitchLab lab) => lab.Counters(0).ReceivedFrames + KernelCounts.Of(lab[0]).SentDropped;
}
