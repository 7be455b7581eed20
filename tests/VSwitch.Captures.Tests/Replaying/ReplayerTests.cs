using VSwitch.Captures.Files;
using VSwitch.Captures.Replaying;
using VSwitch.Captures.Rewriting;
using VSwitch.Captures.Splitting;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.Captures.Tests.Replaying.ReplayFixture;

namespace VSwitch.Captures.Tests.Replaying;

public class ReplayerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Loops_GiveEachFrameAtItsMoment(bool preload)
    {
        (long? Time, byte[] Octets)[] packets = Numbered(500, 1000);
        Target target = new();
        ReplayReport report = Run(target, ReplaySchedule.Original(), new() { Loops = 3, Preload = preload }, Capture(packets), Capture(packets));

        IEnumerable<(byte[], long)> expected = Enumerable.Range(0, 6).SelectMany(run => packets.Select((p, i) => (p.Octets, (run * 499_000L) + (i * 1000L))));
        Assert.Equal(expected, target.Frames);
        Assert.Equal((3000, 3000, 0, 3_000_000), (report.Attempted, report.Sent, report.Failed, report.Octets));
        Assert.Equal(3, report.Loops);
        Assert.Equal(0, report.Timing!.Max);
    }

    [Fact]
    public void Run_LoopDelay_IsBetweenLoopsOnly()
    {
        Target target = new();
        Run(target, ReplaySchedule.PacketRate(1_000_000), new() { Loops = 2, LoopDelay = TimeSpan.FromMilliseconds(1) }, Capture(Numbered(2)), Capture(Numbered(1)));
        Assert.Equal([0, 1000, 2000, 1_002_000, 1_003_000, 1_004_000], target.Frames.Select(f => f.Due));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_TopSpeed_SendsFullBursts(bool preload)
    {
        Target target = new();
        ReplayReport report = Run(target, ReplaySchedule.TopSpeed(), new() { Preload = preload }, Capture(Numbered(200)));
        Assert.Equal([64, 64, 64, 8], target.Bursts);
        Assert.Null(report.Timing);
    }

    [Fact]
    public void Run_PacketsDueTogether_GoTogether()
    {
        Target target = new();
        Run(target, ReplaySchedule.PacketRate(1000, burst: 5), null, Capture(Numbered(12)));
        Assert.Equal([5, 5, 2], target.Bursts);
    }

    [Theory]
    [InlineData(7, 3, 7)]
    [InlineData(10, 2, 10)]
    [InlineData(100, 3, 15)]
    public void Run_Limit_CountsPacketsOverAllLoops(long limit, long loops, int sent)
    {
        Target target = new();
        ReplayReport report = Run(target, ReplaySchedule.TopSpeed(), new() { Limit = limit, Loops = loops }, Capture(Numbered(5)));
        Assert.Equal(sent, target.Frames.Count);
        Assert.Equal(sent, report.Sent);
    }

    [Fact]
    public void Run_Duration_EndsThere()
    {
        Target target = new();
        Run(target, ReplaySchedule.PacketRate(10), new() { Loops = 0, Duration = TimeSpan.FromSeconds(1) }, Capture(Numbered(3)));
        Assert.Equal(10, target.Frames.Count);
    }

    [Fact]
    public void Run_EndlessLoopsOfNothing_End()
    {
        ReplayReport report = Run(new Target(), ReplaySchedule.TopSpeed(), new() { Loops = 0 }, Capture());
        Assert.Equal((0, 0), (report.Attempted, report.Loops));
        Assert.Equal(0, Run(new Target(), ReplaySchedule.TopSpeed(), new() { Loops = 0, Preload = true }, Capture()).Attempted);
    }

    [Fact]
    public void Run_FramesThatCannotBeSent_AreCountedByReasonAndNothingElseSuffers()
    {
        Target target = new(mtu: 100);
        ReplayReport report = Run(
            target,
            ReplaySchedule.Original(),
            null,
            Capture((0, Frame(1)), (1, new byte[13]), (2, Frame(2, 115)), (3, Frame(3, 70_000)), (4, Frame(4, 114))),
            Capture((LinkType)105, (0, Frame(5))));
        Assert.Equal([1, 4], target.Frames.Select(f => BitConverter.ToInt32(f.Octets, 14)));
        Assert.Equal((6, 2, 4), (report.Attempted, report.Sent, report.Failed));
        Assert.Equal(
            new Dictionary<ReplayFailure, long>
            {
                [ReplayFailure.Runt] = 1, [ReplayFailure.Oversize] = 1, [ReplayFailure.TooLong] = 1, [ReplayFailure.LinkType] = 1,
            },
            report.Failures.ToDictionary());
    }

    [Fact]
    public void Run_RefusedFrame_IsCountedAndTheRestOfItsBurstGoes()
    {
        Target target = new() { Refuses = f => BitConverter.ToInt32(f, 14) == 3 ? DropReason.DeviceRefused : DropReason.None };
        ReplayReport report = Run(target, ReplaySchedule.TopSpeed(), null, Capture(Numbered(10)));
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8, 9], target.Frames.Select(f => BitConverter.ToInt32(f.Octets, 14)));
        Assert.Equal((10, 9, 1), (report.Attempted, report.Sent, report.Failures[ReplayFailure.Refused]));
    }

    [Fact]
    public void Run_TargetWithoutRoom_IsAskedAgain()
    {
        int asked = 0;
        Target target = new() { Refuses = f => BitConverter.ToInt32(f, 14) == 3 && asked++ < 5 ? DropReason.EgressFull : DropReason.None };
        ReplayReport report = Run(target, ReplaySchedule.TopSpeed(), null, Capture(Numbered(10)));
        Assert.Equal((10, 0, 5, 5), (report.Sent, report.Failed, report.Retries, target.Waits));
    }

    [Fact]
    public void Run_TargetThatEnds_EndsTheReplay()
    {
        Target target = null!;
        target = new() { Refuses = f =>
        {
            target.Ended = BitConverter.ToInt32(f, 14) == 100 ? "gone" : null;
            return target.Ended is null ? DropReason.None : DropReason.LinkDown;
        } };
        ReplayReport report = Run(target, ReplaySchedule.TopSpeed(), new() { Loops = 0 }, Capture(Numbered(1000)));
        Assert.Equal(("gone", 101, 100), (report.Ended, report.Attempted, report.Sent));
    }

    [Fact]
    public void Run_Stopped_Says()
    {
        using CancellationTokenSource stop = new();
        Target target = new() { Refuses = f =>
        {
            stop.Cancel();
            return DropReason.None;
        } };
        ReplayReport report = new Replayer([Capture(Numbered(5))], [target], ReplaySchedule.PacketRate(10), new VirtualReplayClock(), new() { Loops = 0 })
            .Run(stop.Token);
        Assert.Equal(("stopped", 1), (report.Ended, report.Sent));
    }

    [Fact]
    public void Run_Splitter_SendsToBothSidesInOrder()
    {
        TcpprepCache cache = new();
        TrafficSide[] sides = [TrafficSide.Primary, TrafficSide.Secondary, TrafficSide.Skip, TrafficSide.Secondary, TrafficSide.Primary];
        Array.ForEach(sides, cache.Add);
        Target first = new();
        Target second = new();
        ReplayReport report = new Replayer(
            [Capture(Numbered(5))], [first, second], ReplaySchedule.Original(), new VirtualReplayClock(), new() { Splitter = cache })
            .Run(TestContext.Current.CancellationToken);
        Assert.Equal([0, 4], first.Frames.Select(f => BitConverter.ToInt32(f.Octets, 14)));
        Assert.Equal([1, 3], second.Frames.Select(f => BitConverter.ToInt32(f.Octets, 14)));
        Assert.Equal((4, 4, 1), (report.Attempted, report.Sent, report.Skipped));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 5)]
    public void Run_SuperFrame_IsCutAsTheSegmenterCuts(bool isIPv4, int vlan)
    {
        const int Mtu = 1500;
        GsoType type = isIPv4 ? GsoType.TcpIPv4 : GsoType.TcpIPv6;
        int headers = (isIPv4 ? 20 : 40) + 20;
        SuperFrame whole = SuperFrame.Create(type, isIPv4, 20_000, Mtu - headers, default, vlan == 0 ? [] : [vlan]);
        FrameBatch source = new(1);
        Assert.True(source.TryAppend(whole.Octets, whole.Offload));
        FrameBatch pieces = new();
        Segmenter segmenter = new();
        Assert.True(segmenter.Begin(source, 0) > 10);
        segmenter.Next(pieces);

        foreach (bool finished in new[] { false, true })
        {
            // What was captured behind the hardware has a checksum, what was captured before it only the pseudo-header's; both give the same.
            byte[] captured = [.. whole.Octets];
            if (finished)
            {
                captured[whole.Offload.CsumStart + 16] ^= 0x5A;
            }

            Target target = new(Mtu);
            ReplayReport report = Run(target, ReplaySchedule.TopSpeed(), null, Capture((0, captured)));
            Assert.Equal(Enumerable.Range(0, pieces.Count).Select(i => pieces.Octets(i).ToArray()), target.Frames.Select(f => f.Octets));
            Assert.Equal((pieces.Count, 1), (report.Sent, report.SuperFrames));
            Assert.All(target.Frames, f => Assert.InRange(f.Octets.Length, 15, Mtu + 14 + (vlan == 0 ? 0 : 4)));
        }

        ReplayReport refused = Run(new Target(Mtu), ReplaySchedule.TopSpeed(), new() { Resegment = false }, Capture((0, whole.Octets)));
        Assert.Equal((1, 1), (refused.Attempted, refused.Failures[ReplayFailure.Oversize]));
    }

    [Fact]
    public void Run_UniqueAddresses_KeepEveryChecksumRight()
    {
        byte[] v4 = new FrameBuilder().Udp("10.0.0.1", "255.255.255.254", 33).Build();
        byte[] v6 = new FrameBuilder().Tcp("fd00::ffff:ffff", "fd00::1", 33).Build();
        Target target = new();
        Run(target, ReplaySchedule.TopSpeed(), new() { Loops = 50, Transform = new RewriteTransform(new RewriteOptions { UniqueAddresses = true }), Preload = true }, Capture((0, v4), (1, v6)));
        Assert.Equal(100, target.Frames.Count);
        Assert.Equal(v4, target.Frames[0].Octets);
        Assert.Equal(50, target.Frames.Where((_, i) => i % 2 == 0).Select(f => Convert.ToHexString(f.Octets)).Distinct().Count());
        Assert.Equal(50, target.Frames.Where((_, i) => i % 2 == 1).Select(f => Convert.ToHexString(f.Octets)).Distinct().Count());
        Assert.All(target.Frames, f =>
        {
            bool isIPv4 = f.Octets[12] == 0x08;
            Span<byte> ip = f.Octets.AsSpan(14);
            Assert.Equal(0xFFFF, isIPv4 ? Sum(ip[..20], 0) : 0xFFFF);
            Span<byte> segment = ip[(isIPv4 ? 20 : 40)..];
            uint pseudo = (uint)segment.Length + (isIPv4 ? 17u : 6u);
            Assert.Equal(0xFFFF, Sum(segment, pseudo + (uint)Sum(isIPv4 ? ip.Slice(12, 8) : ip.Slice(8, 32), 0)));
        });
    }

    [Fact]
    public void Run_RandomOctets_NeverThrowAndEveryFrameIsAccountedFor()
    {
        Random random = new(11);
        (long?, byte[])[] packets = [.. Enumerable.Range(0, 3000).Select(i =>
        {
            byte[] octets = i % 3 == 0
                ? SuperFrame.Create(GsoType.TcpIPv4, true, random.Next(1, 9000), 1000, default).Octets
                : new byte[random.Next(0, 3000)];
            if (i % 3 != 0)
            {
                random.NextBytes(octets);
            }

            for (int k = 0; k < random.Next(0, 4); k++)
            {
                octets[random.Next(octets.Length == 0 ? 1 : Math.Min(octets.Length, 60)) % Math.Max(1, octets.Length)] = (byte)random.Next(256);
            }

            return ((long?)random.NextInt64(), octets);
        }).Where(p => p.octets.Length > 0)];
        foreach (int mtu in new[] { 68, 576, 1500 })
        {
            Target target = new(mtu);
            ReplayReport report = Run(target, ReplaySchedule.Original(), new() { Transform = new RewriteTransform(new RewriteOptions { UniqueAddresses = true }), Loops = 2 }, Capture(packets));
            Assert.Equal(target.Frames.Count, report.Sent);
            Assert.Equal(report.Attempted, report.Sent + report.Failures.Values.Sum());
            Assert.All(target.Frames, f => Assert.InRange(f.Octets.Length, 14, mtu + 18));
        }
    }

    [Fact]
    public void CaptureTarget_WritesTheTimesAtWhichFramesWereDue()
    {
        using MemoryStream file = new();
        using (CaptureWriter writer = CaptureWriter.Create(file, CaptureFormat.Pcapng, leaveOpen: true))
        {
            CaptureTarget target = new(writer, writer.AddInterface(new CaptureInterface()), "file");
            Run(target, ReplaySchedule.Original(2), null, Capture((5000, Frame(0)), (7000, Frame(1)), (6000, Frame(2)), (9000, Frame(3))));
        }

        file.Position = 0;
        using CaptureReader reader = CaptureReader.Open(file);
        List<(long?, int)> read = [];
        while (reader.TryRead(out CapturedPacket packet))
        {
            read.Add((packet.Timestamp, BitConverter.ToInt32(packet.Octets[14..])));
        }

        Assert.Equal([(5000, 0), (6000, 1), (6000, 2), (7000, 3)], read);
    }

    private static int Sum(ReadOnlySpan<byte> octets, uint start)
    {
        uint sum = start;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (uint)(i % 2 == 0 ? octets[i] << 8 : octets[i]);
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (int)sum;
    }
}
