using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;
using VSwitch.Captures.Tests.Files;
using VSwitch.Capturing;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Recording;

/// <summary>What a switch captures, as it stands in a file.</summary>
public sealed class CaptureRecorderTests
{
    [Fact]
    public void Drain_Flood_IsInOnceAndOutTwiceWithOneIdAndInOneOrder()
    {
        var test = new TestSwitch(3);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        test.Send(1, TestSwitch.Frame(1, 0).Build());

        List<Packet> packets = Record(session);
        Assert.Equal(
            ["p0.a Inbound", "p1.a Outbound", "p2.a Outbound", "p1.a Inbound", "p0.a Outbound"], packets.Select(p => $"{p.Interface.Name} {p.Direction}"));
        Assert.Equal([3, 2], packets.CountBy(p => p.Id!.Value).Select(c => c.Value));
        Assert.Equal(packets.Select(p => p.Timestamp).Order(), packets.Select(p => p.Timestamp));
    }

    [Fact]
    public void Constructor_Ports_AreWrittenAtOnceInTheirOrderAndLaterOnesWithTheirFirstFrame()
    {
        var test = new TestSwitch(2);
        test.PlugTun("10.0.0.9");
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { SnapLength = 77 });
        using var file = new MemoryStream();
        using (var writer = CaptureWriter.Create(file, leaveOpen: true))
        {
            var recorder = new CaptureRecorder(session, writer);
            int late = test.Plug();
            test.Send(late, TestSwitch.Frame(late, late).Payload(new byte[300]).Build());
            Assert.True(recorder.Drain() > 0);
        }

        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file.ToArray()));
        List<Packet> packets = Packet.All(reader);
        Assert.Equal(["p0.a", "p1.a", "p2.a", "p3.a"], reader.Interfaces.Select(i => i.Name!));
        Assert.Equal([LinkType.Ethernet, LinkType.Ethernet, LinkType.Raw, LinkType.Ethernet], reader.Interfaces.Select(i => i.LinkType));
        Assert.All(reader.Interfaces, i => Assert.Equal(77u, i.SnapLength));
        Assert.Equal((77, 314u), (packets[0].Octets.Length / 2, packets[0].OriginalLength));
    }

    [Fact]
    public void Write_DroppedFrames_SayWhy()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { OnlyDropped = true });
        test.Send(0, TestSwitch.Frame(0, 1).From("01:00:00:00:00:01").Build());
        test.Send(0, [1, 2, 3]);
        Assert.Equal(
            [$"dropped: InvalidSource: {DropReasons.Describe(DropReason.InvalidSource)}", $"dropped: Runt: {DropReasons.Describe(DropReason.Runt)}"],
            Record(session).Select(p => p.Comments));
    }

    [Fact]
    public void Write_FrameForTheSwitchItself_SaysThatItWasNotForwarded()
    {
        var test = new TestSwitch(0);
        test.Switch.AddGateway(Identifiers.IpPrefix.Parse("10.0.0.254/24"));
        test.Plug();
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { Directions = CaptureDirections.In });
        Identifiers.MacAddress gateway = test.Switch.HardwareAddress;
        test.Send(0, new FrameBuilder().From(TestSwitch.Mac(0)).To(gateway).Udp("10.0.0.1", "10.0.0.254", 10).Build());
        Assert.StartsWith("not forwarded: ", Assert.Single(Record(session)).Comments, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SuperFrame_SaysHowItIsToBeCutAndWhatGoesOutHasNoId()
    {
        var test = new TestSwitch(0);
        test.Plug(OffloadKinds.All);
        test.Plug(); // takes none: it is cut for this one
        SuperFrame frame = SuperFrame.Create(GsoType.TcpIPv4, isIPv4: true, payload: 5000, gsoSize: 1400);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        test.Send(0, frame.Octets, frame.Offload);

        List<Packet> packets = Record(session);
        Assert.Equal("super-frame, to be cut every 1400 octets of payload", packets[0].Comments);
        Assert.Equal(4, packets.Count(p => p.Direction == PacketDirection.Outbound));
        Assert.All(packets[1..], p => Assert.Equal("", p.Comments));
    }

    [Fact]
    public void Drain_FramesThatFoundNoRoom_AreCountedExactly()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { BufferOctets = CaptureRequest.MinBufferOctets, Directions = CaptureDirections.In });
        const int sent = 1000;
        for (int i = 0; i < sent; i++)
        {
            test.Send(0, TestSwitch.Frame(0, 1).Payload(new byte[1000]).Build());
            test.Receive(1);
        }

        long lost = session.Lost;
        List<Packet> packets = Record(session);
        Assert.True(lost > 0);
        Assert.Equal(sent, packets.Count + lost);
        Assert.Equal(lost, packets.Sum(p => (long)p.DropCount));
    }

    [Fact]
    public void Write_OfThePast_DoesNotTellLossesThatHaveNoPlaceThere()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { BufferOctets = CaptureRequest.MinBufferOctets });
        for (int i = 0; i < 500; i++)
        {
            test.Send(0, TestSwitch.Frame(0, 1).Payload(new byte[1000]).Build());
        }

        Assert.True(session.Lost > 0);
        Assert.All(Record(session, isPast: true), p => Assert.Equal(0ul, p.DropCount));
    }

    [Fact]
    public void Drain_AtMostSoMany_LeavesTheRest()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest());
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        test.Send(0, TestSwitch.Frame(0, 1).Build());
        using var writer = CaptureWriter.Create(new MemoryStream());
        var recorder = new CaptureRecorder(session, writer);
        Assert.Equal(3, recorder.Drain(3));
        Assert.Equal(1, recorder.Drain());
        Assert.Equal(0, recorder.Drain());
        Assert.Equal(4, recorder.Written);
    }

    private static List<Packet> Record(CaptureSession session, bool isPast = false)
    {
        using var file = new MemoryStream();
        using (var writer = CaptureWriter.Create(file, leaveOpen: true))
        {
            new CaptureRecorder(session, writer, isPast).Drain();
        }

        return Packet.All(file.ToArray());
    }
}
