using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Tests.Frames;

public class SegmenterTests
{
    private const GsoType Tcp4 = GsoType.TcpIPv4, Tcp6 = GsoType.TcpIPv6, Udp = GsoType.UdpSegmentation;
    private const int FlagsAt = 54 - 20 + 13;

    [Fact]
    [Trait("Fault", "15")]
    public void Next_TcpSuperFrame_SegmentsAreWholeAndTheStreamIdentical()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 10_000, 1448);
        List<byte[]> segments = Cutting.Cut(frame);
        Assert.Equal(7, segments.Count);
        Assert.All(segments.SkipLast(1), s => Assert.Equal(54 + 1448, s.Length));
        Assert.Equal(54 + 1312, segments[^1].Length);
        Assert.Equal(frame.Octets[54..], segments.SelectMany(s => s[54..]));
        Assert.All(segments, s => Assert.True(NaiveChecksums.AreRight(s)));
    }

    [Fact]
    [Trait("Fault", "15")]
    public void Next_FlagsOfSuperFrame_StandOnTheirSegmentsOnly()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 4_000, 1448, new TcpFields(Flags: 0x99)); // CWR ACK PSH FIN
        Assert.Equal([0x90, 0x10, 0x19], Cutting.Cut(frame).Select(s => (int)s[FlagsAt]));
    }

    [Fact]
    public void Next_Identification_CountsUpAndWraps()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 4_000, 1448)
            .Changed(f => BinaryPrimitives.WriteUInt16BigEndian(f.AsSpan(18), 0xFFFF));
        Assert.Equal([0xFFFF, 0, 1], Cutting.Cut(frame).Select(s => (int)BinaryPrimitives.ReadUInt16BigEndian(s.AsSpan(18))));
    }

    [Fact]
    [Trait("Fault", "15")]
    public void Next_RandomSuperFrames_ChecksumsRightAndPayloadIdentical()
    {
        var random = new Random(9);
        for (int round = 0; round < 500; round++)
        {
            SuperFrame frame = RandomSuperFrame(random);
            List<byte[]> segments = Cutting.Cut(frame, scratchFrames: random.Next(1, 10));
            int headers = frame.Offload.HdrLen;
            Assert.Equal(frame.Octets[headers..], segments.SelectMany(s => s[headers..]));
            Assert.All(segments, s => Assert.True(NaiveChecksums.AreRight(s), frame.ToString()));
        }
    }

    [Fact]
    [Trait("Fault", "15")]
    public void Next_RandomBareIp_IsTheCutOfTheFrameWithoutItsHeader()
    {
        var random = new Random(12);
        for (int round = 0; round < 500; round++)
        {
            SuperFrame frame = RandomSuperFrame(random);
            int header = frame.L3Offset;
            List<byte[]> packets = Cutting.Cut(frame.AsPacket(), scratchFrames: random.Next(1, 10), LinkLayer.Ip);
            Assert.Equal(Cutting.Cut(frame).Select(s => s[header..]), packets);
        }
    }

    [Theory]
    [InlineData(Tcp4, true)]
    [InlineData(Tcp6, false)]
    [InlineData(Udp, true)]
    [InlineData(Udp, false)]
    public void Begin_BareIpToADeviceThatTakesChecksums_SegmentsWantTheirs(GsoType type, bool isIPv4)
    {
        SuperFrame packet = SuperFrame.Create(type, isIPv4, 3_000, 1448).AsPacket();
        FrameBatch batch = Batch(packet, LinkLayer.Ip);
        var scratch = new FrameBatch(8);
        var segmenter = new Segmenter();
        Assert.Equal(3, segmenter.Begin(batch, 0, OffloadKinds.Checksum, LinkLayer.Ip));
        Assert.Equal(3, segmenter.Next(scratch));
        List<byte[]> finished = Cutting.Cut(packet, linkLayer: LinkLayer.Ip);
        for (int i = 0; i < scratch.Count; i++)
        {
            OffloadInfo offload = scratch[i].Offload;
            Assert.True(offload.TryValidate(scratch.Octets(i), LinkLayer.Ip));
            Assert.Equal(isIPv4 ? 20 : 40, offload.CsumStart);
            ChecksumCompletion.Complete(scratch, i);
            Assert.Equal(finished[i], scratch.Octets(i).ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Next_ScratchOfAnySize_ResumesWhereItStopped(int places)
    {
        SuperFrame frame = SuperFrame.Create(Tcp6, false, 20_000, 1428, default, 7);
        Assert.Equal(Cutting.Cut(frame, 15), Cutting.Cut(frame, places));
    }

    [Fact]
    public void Next_FullScratch_IsZeroAndLosesNothing()
    {
        FrameBatch batch = Batch(SuperFrame.Create(Tcp4, true, 3_000, 1448));
        var scratch = new FrameBatch(2);
        var segmenter = new Segmenter();
        Assert.Equal(3, segmenter.Begin(batch, 0));
        Assert.Equal(2, segmenter.Next(scratch));
        Assert.Equal(0, segmenter.Next(scratch));
        scratch.Clear();
        Assert.Equal(1, segmenter.Next(scratch));
        Assert.Equal(0, segmenter.Next(scratch));
    }

    [Fact]
    public void Next_Segments_CarryMetadataAndNoOffload()
    {
        FrameBatch batch = Batch(SuperFrame.Create(Udp, true, 3_000, 1448));
        ref FrameMetadata from = ref batch[0];
        from.Ingress = new PortId(3);
        from.Vlan = new VlanId(42);
        from.Timestamp = 12_345;
        var scratch = new FrameBatch(8);
        var segmenter = new Segmenter();
        segmenter.Begin(batch, 0);
        segmenter.Next(scratch);
        for (int i = 0; i < scratch.Count; i++)
        {
            Assert.Equal((new PortId(3), new VlanId(42), 12_345L), (scratch[i].Ingress, scratch[i].Vlan, scratch[i].Timestamp));
            Assert.True(scratch[i].Offload.IsNone);
            Assert.Equal(DropReason.None, scratch[i].Drop);
        }
    }

    [Fact]
    public void Begin_DeviceTakesChecksums_SegmentsWantTheSameChecksum()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 3_000, 1448);
        FrameBatch batch = Batch(frame);
        var scratch = new FrameBatch(8);
        var segmenter = new Segmenter();
        segmenter.Begin(batch, 0, OffloadKinds.Checksum);
        Assert.Equal(3, segmenter.Next(scratch));
        List<byte[]> finished = Cutting.Cut(frame);
        for (int i = 0; i < scratch.Count; i++)
        {
            OffloadInfo offload = scratch[i].Offload;
            Assert.True(offload.TryValidate(scratch.Octets(i)));
            Assert.Equal(OffloadKinds.Checksum, offload.Kinds);
            ChecksumCompletion.Complete(scratch, i);
            Assert.Equal(finished[i], scratch.Octets(i).ToArray());
        }
    }

    [Fact]
    public void Next_TagPushedAfterValidation_IsCarried()
    {
        OffloadInfo offload = SuperFrame.Create(Tcp4, true, 3_000, 1448, default, 1, 2).Offload;
        byte[] threeTags = SuperFrame.Create(Tcp4, true, 3_000, 1448, default, 9, 1, 2).Octets;
        offload.CsumStart += 4;
        offload.HdrLen += 4;
        var batch = new FrameBatch(1);
        batch.TryAppend(threeTags, offload);
        var scratch = new FrameBatch(8);
        var segmenter = new Segmenter();
        Assert.Equal(3, segmenter.Begin(batch, 0));
        Assert.Equal(3, segmenter.Next(scratch));
        Assert.True(NaiveChecksums.AreRight(scratch.Octets(2)));
    }

    [Fact]
    public void Next_SteadyState_AllocatesNothing()
    {
        FrameBatch batch = Batch(SuperFrame.Create(Tcp4, true, 20_000, 1448));
        var scratch = new FrameBatch(16);
        var segmenter = new Segmenter();
        CutAll(segmenter, batch, scratch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CutAll(segmenter, batch, scratch);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
    }

    [Fact]
    public void LongestOnWire_SuperFrame_IsItsLongestSegment()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 20_000, 1448, default, 5);
        OffloadInfo offload = frame.Offload;
        Assert.True(offload.TryValidate(frame.Octets));
        Assert.Equal(Cutting.Cut(frame).Max(s => s.Length), offload.LongestOnWire(frame.Octets.Length));
        Assert.Equal(100, default(OffloadInfo).LongestOnWire(100));
    }

    [Fact]
    public void LongestOnWire_BareIp_IsItsLongestSegment()
    {
        SuperFrame packet = SuperFrame.Create(Tcp6, false, 20_000, 1428).WithIPv6Options(1).AsPacket();
        OffloadInfo offload = packet.Offload;
        Assert.True(offload.TryValidate(packet.Octets, LinkLayer.Ip));
        Assert.Equal(Cutting.Cut(packet, linkLayer: LinkLayer.Ip).Max(s => s.Length), offload.LongestOnWire(packet.Octets.Length));
    }

    private static void CutAll(Segmenter segmenter, FrameBatch batch, FrameBatch scratch)
    {
        segmenter.Begin(batch, 0);
        while (segmenter.Next(scratch) > 0)
        {
            scratch.Clear();
        }
    }

    private static FrameBatch Batch(SuperFrame frame, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        OffloadInfo offload = frame.Offload;
        Assert.True(offload.TryValidate(frame.Octets, linkLayer));
        var batch = new FrameBatch(1);
        Assert.True(batch.TryAppend(frame.Octets, offload));
        return batch;
    }

    private static SuperFrame RandomSuperFrame(Random random)
    {
        bool isIPv4 = random.Next(2) == 0;
        GsoType type = random.Next(3) == 0 ? Udp : isIPv4 ? Tcp4 : Tcp6;
        int gsoSize = random.Next(60, 3_000);
        int payload = random.Next(gsoSize + 1, Math.Min(60_000, 128 * gsoSize));
        var fields = new TcpFields((uint)random.NextInt64(1L << 32), 0, (byte)random.Next(1, 256), 0, 0, 4 * random.Next(11));
        int[] vlans = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(4095))];
        SuperFrame frame = SuperFrame.Create(type, isIPv4, payload, gsoSize, fields, vlans);
        frame = isIPv4 ? frame.WithIPv4Options(4 * random.Next(11)) : frame.WithIPv6Options(random.Next(4));
        return frame.Changed(f => random.NextBytes(f.AsSpan(frame.Offload.HdrLen)));
    }
}
