using VSwitch.Bpf;
using VSwitch.Capturing;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Vlans;

namespace VSwitch.Tests.Capturing;

public sealed class CaptureSessionTests
{
    [Fact]
    public void Flood_IsSeenComingInOnceAndGoingOutAtEachPort_WithOneId()
    {
        var test = new TestSwitch(3);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        byte[] frame = TestSwitch.Frame(0, 1).Build();
        test.Send(0, frame);

        List<Copy> copies = ReadAll(session);
        Assert.Equal(["p0 In", "p1 Out", "p2 Out"], copies.Select(c => $"{c.Port} {c.Direction}"));
        Assert.All(copies, c => Assert.Equal(frame, c.Octets));
        Assert.All(copies, c => Assert.Equal(DropReason.None, c.Drop));
        Assert.NotEqual(0UL, Assert.Single(copies.Select(c => c.PacketId).Distinct()));
    }

    [Fact]
    public void DroppedFrame_SaysWhy_AtTheSideWhereItWasDropped()
    {
        var test = new TestSwitch(2);
        test.Plug(mtu: 100);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { OnlyDropped = true });
        test.Send(0, TestSwitch.Frame(0, 1).From("01:00:00:00:00:01").Build());
        test.Send(0, TestSwitch.Frame(0, 1).Payload(new byte[500]).Build()); // flooded: too long for port 2

        List<Copy> copies = ReadAll(session);
        Assert.Equal(["p0 In InvalidSource", "p2 Out Oversize"], copies.Select(c => $"{c.Port} {c.Direction} {c.Drop}"));
    }

    [Fact]
    public void PortsAndDirections_OnlyThoseAreCopied_AlsoOfAPortThatComesLater()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { Ports = ["p1.a", "p2.a"], Directions = CaptureDirections.Out });
        test.Plug();
        test.Send(0, TestSwitch.Frame(0, 9).Build());
        test.Send(1, TestSwitch.Frame(1, 9).Build());
        Assert.Equal(["p1 Out", "p2 Out", "p2 Out"], ReadAll(session).Select(c => $"{c.Port} {c.Direction}"));
    }

    [Fact]
    public void Vlans_OfTheTagOrOfThePort_SelectAtBothSides()
    {
        var test = new TestSwitch(0);
        test.Plug(PortVlans.Access(new VlanId(10)));
        test.Plug(PortVlans.Trunk(VlanSet.Parse("10,20", null)));
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { Vlans = new VlanSet(new VlanId(10)) });
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        test.Send(1, TestSwitch.Frame(1, 5).Vlan(20).Build());

        List<Copy> copies = ReadAll(session);
        Assert.Equal(["p0 In", "p1 Out"], copies.Select(c => $"{c.Port} {c.Direction}"));
        Assert.Equal(4, copies[1].Octets.Length - copies[0].Octets.Length); // as the device got it: with its tag
    }

    [Fact]
    public void Filter_AndSnapLength_KeepTheFrontOfWhatMatches()
    {
        // ldh [12]; jeq 0x86dd; ret 65535; ret 0
        Assert.True(BpfProgram.TryCreate(
            [new(0x28, 0, 0, 12), new(0x15, 0, 1, 0x86DD), new(0x06, 0, 0, 65535), new(0x06, 0, 0, 0)], out BpfProgram? program, out _));
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { Filter = program, SnapLength = 20, Directions = CaptureDirections.In });
        test.Send(0, TestSwitch.Frame(0, 1).Udp("10.0.0.1", "10.0.0.2", 100).Build());
        byte[] wanted = TestSwitch.Frame(0, 1).Udp("fd00::1", "fd00::2", 100).Build();
        test.Send(0, wanted);

        Copy copy = Assert.Single(ReadAll(session));
        Assert.Equal(wanted[..20], copy.Octets);
        Assert.Equal(wanted.Length, copy.Length);
    }

    [Fact]
    public void NobodyReads_FramesAreLostAndCounted_AndForwardedAllTheSame()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { BufferOctets = CaptureRequest.MinBufferOctets, Directions = CaptureDirections.In });
        byte[] frame = TestSwitch.Frame(0, 1).Payload(new byte[1400]).Build();
        const int Sent = 400;
        int received = 0;
        for (int i = 0; i < Sent; i++)
        {
            test.Send(0, frame);
            received += test.Receive(1).Count;
        }

        Assert.Equal(Sent, received);
        Assert.True(session.Lost > 0);
        Assert.Equal(Sent, session.Lost + ReadAll(session).Count);
    }

    [Fact]
    public void UnfinishedChecksum_IsFinished()
    {
        var test = new TestSwitch(1);
        test.Plug(OffloadKinds.Checksum);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        FrameBuilder unfinished = TestSwitch.Frame(0, 1).Udp("10.0.0.1", "10.0.0.2", 100, finishChecksum: false);
        test.Send(0, unfinished.Build(), unfinished.Offload(GsoType.None, 0));

        byte[] finished = TestSwitch.Frame(0, 1).Udp("10.0.0.1", "10.0.0.2", 100).Build();
        Assert.All(ReadAll(session), c => Assert.Equal(finished, c.Octets));
    }

    [Fact]
    public void SuperFrame_IsWholeWhereItCameIn_AndInSegmentsWhereItWentOutSo()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        FrameBuilder super = TestSwitch.Frame(0, 1).Tcp("10.0.0.1", "10.0.0.2", 3000, finishChecksum: false);
        test.Send(0, super.Build(), super.Offload(GsoType.TcpIPv4, 1000));

        List<Copy> copies = ReadAll(session);
        Assert.Equal([1000, 0, 0, 0], copies.Select(c => c.GsoSize));
        Assert.Equal(3000 + 54, copies[0].Length);
        Assert.All(copies.Skip(1), c => Assert.Equal(1000 + 54, c.Length));
    }

    [Fact]
    public void PacketsOfATun_AreBare_AtBothSides()
    {
        var test = new TestSwitch(0);
        test.PlugTun("10.0.0.1/24");
        test.PlugTun("10.0.0.2/24");
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        byte[] packet = IpPacket.Udp("10.0.0.1", "10.0.0.2");
        test.Send(0, packet);
        List<Copy> copies = ReadAll(session);
        Assert.Equal(["p0 In", "p1 Out"], copies.Select(c => $"{c.Port} {c.Direction}"));
        Assert.All(copies, c => Assert.Equal(packet, c.Octets));
    }

    [Fact]
    public void Time_IsThatOfTheSwitchsClock()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { Directions = CaptureDirections.In });
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        test.Advance(TimeSpan.FromSeconds(5));
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        List<Copy> copies = ReadAll(session);
        Assert.Equal(5_000_000_000, copies[1].Timestamp - copies[0].Timestamp);
        Assert.Equal((test.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds, copies[1].Timestamp / 1e9, 3);
    }

    [Fact]
    public void Dispose_TheSwitchCopiesNoMore()
    {
        var test = new TestSwitch(2);
        CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        session.Dispose();
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        Assert.Equal(2, ReadAll(session).Count);
        Assert.Equal(0, test.Switch.Captures);
    }

    [Fact]
    public void Capturing_AllocatesNothingAFrame()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        byte[] frame = TestSwitch.Frame(0, 1).Build();
        var burst = new FrameBatch(32);
        while (burst.TryAppend(frame))
        {
        }

        int[] all = [.. Enumerable.Range(0, burst.Count)];
        var received = new FrameBatch(64);
        ForwardingPipeline pipeline = test.Switch.CreatePipeline();
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            test.Stations[0].Device.TrySend(burst, all);
            pipeline.MarkReady(test.Ports[0].Queues[0]);
            pipeline.RunBurst();
            received.Clear();
            test.Stations[1].Device.TryReceive(received);
            while (session.TryRead(out _))
            {
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Round();
        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Round()));
        Assert.Equal(0, session.Lost);
    }

    private static List<Copy> ReadAll(CaptureSession session)
    {
        var copies = new List<Copy>();
        while (session.TryRead(out CapturedFrame frame))
        {
            copies.Add(new Copy(
                frame.Port.Name.Replace(".a", "", StringComparison.Ordinal), frame.Direction, frame.Drop, frame.PacketId, frame.Octets.ToArray(), frame.Length, frame.GsoSize, frame.Timestamp));
        }

        return copies;
    }

    private sealed record Copy(
        string Port, CaptureDirections Direction, DropReason Drop, ulong PacketId, byte[] Octets, int Length, int GsoSize, long Timestamp);
}
