using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Tests.Frames;

public class ChecksumCompletionTests
{
    [Theory]
    [Trait("Fault", "16")]
    [InlineData(GsoType.TcpIPv4, true, 1_000)]
    [InlineData(GsoType.TcpIPv6, false, 1_001)]
    [InlineData(GsoType.UdpSegmentation, true, 0)]
    [InlineData(GsoType.UdpSegmentation, false, 333)]
    public void Complete_UnfinishedChecksum_IsRightAndNothingIsLeft(GsoType type, bool isIPv4, int payload)
    {
        SuperFrame frame = SuperFrame.Create(type, isIPv4, payload, gsoSize: 0, default, 5);
        var batch = new FrameBatch(1);
        batch.TryAppend(frame.Octets, frame.Offload);
        Assert.False(NaiveChecksums.AreRight(batch.Octets(0)));
        ChecksumCompletion.Complete(batch, 0);
        Assert.True(NaiveChecksums.AreRight(batch.Octets(0)));
        Assert.Equal(default, batch[0].Offload);
    }

    [Fact]
    [Trait("Fault", "16")]
    public void Complete_ChecksumOfZero_IsSentAsOnes()
    {
        // All octets from csum_start on sum up to 0xFFFF, so that the checksum would be 0.
        var octets = new byte[60];
        octets[59] = 0x01;
        octets[58] = 0xFF;
        octets[57] = 0xFE;
        var offload = new OffloadInfo { NeedsCsum = true, CsumStart = 34, CsumOffset = 6 };
        var batch = new FrameBatch(1);
        batch.TryAppend(octets, offload);
        ChecksumCompletion.Complete(batch, 0);
        Assert.Equal([0xFF, 0xFF], batch.Octets(0)[40..42].ToArray());
    }

    [Fact]
    public void Complete_FinishedFrame_StaysAsItIs()
    {
        byte[] frame = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 100).Build();
        var batch = new FrameBatch(1);
        batch.TryAppend(frame);
        ChecksumCompletion.Complete(batch, 0);
        Assert.Equal(frame, batch.Octets(0).ToArray());
    }
}
