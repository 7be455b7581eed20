using System.Reflection;
using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;
using VSwitch.Devices;
using VSwitch.Devices.Filters;
using VSwitch.Vlans;

namespace VSwitch.Testing.Tests;

public sealed class PortExpectationTests : IDisposable
{
    private readonly Captures _captures = new();
    private readonly string _output;
    private readonly SwitchLab _lab;
    private readonly LabPort _a;
    private readonly LabPort _b;
    private readonly LabPort _c;
    private readonly byte[][] _frames;

    public PortExpectationTests()
    {
        _output = _captures.NewPath("");
        _lab = new SwitchLab(new LabOptions { Seed = 77, OutputFolder = _output });
        (_a, _b) = (_lab.AddPort("a"), _lab.AddPort("b"));
        _c = _lab.AddPort("c", PortVlans.Access(new VlanId(9)));
        _frames = [.. Enumerable.Range(0, 4).Select(i => _a.FrameTo(_b).Ip("10.0.0.1", "10.0.0.2").Udp(1000 + i, 53).Build())];
        _lab.Advance(TimeSpan.FromSeconds(1));
        _a.Send(_frames);
    }

    [Fact]
    public void Frames_Fewer_SaysWhatCameSeedAndCapture()
    {
        _c.Send(_c.FrameTo(_b).Vlan(3));
        string message = Fails(() => _lab.Expect(_b).Frames(5), out string capture);
        string expected = $"""
            port b: expected 5 frames, received 4
            received:
              1  1.000000 s  02:00:00:00:00:01 > 02:00:00:00:00:02, 10.0.0.1.1000 > 10.0.0.2.53: udp, 42 octets
              2  1.000000 s  02:00:00:00:00:01 > 02:00:00:00:00:02, 10.0.0.1.1001 > 10.0.0.2.53: udp, 42 octets
              3  1.000000 s  02:00:00:00:00:01 > 02:00:00:00:00:02, 10.0.0.1.1002 > 10.0.0.2.53: udp, 42 octets
              4  1.000000 s  02:00:00:00:00:01 > 02:00:00:00:00:02, 10.0.0.1.1003 > 10.0.0.2.53: udp, 42 octets
            dropped at c: 1 FrameTypeNotAccepted: tagged where only untagged frames are accepted, or the other way round
              first  1.000000 s  02:00:00:00:00:03 > 02:00:00:00:00:02, vlan 3, type 0x88b5, 64 octets
            seed 77
            capture of all ports: {capture}
            """;
        Assert.Equal(expected, message);
        Assert.Equal(_output, Path.GetDirectoryName(capture));
        Assert.Matches("^PortExpectationTests\\..*\\.pcapng$", Path.GetFileName(capture));
    }

    [Fact]
    public void Nothing_ButSomething_SaysTheWayOfTheFrame()
    {
        string message = Fails(() => _lab.Expect(_b).Nothing(), out _);
        Assert.StartsWith("port b: expected nothing, received 4\n", message, StringComparison.Ordinal);
        Assert.Contains("\nit came in by a, and would go now:\n  1 ", message, StringComparison.Ordinal);
        Assert.Contains("\n  6 ", message, StringComparison.Ordinal);
        _lab.Expect(_c).Nothing().NoDrops();
    }

    [Fact]
    public void Exactly_Another_SaysWhatBecameOfTheExpected()
    {
        byte[] lost = _c.FrameTo(_b).Payload("lost").Build();
        _c.Send(_c.FrameTo(_b).Payload("lost").Vlan(3));
        string message = Fails(() => _lab.Expect(_b).Exactly(_frames[0], _frames[2], _frames[1], _frames[3]), out _);
        Assert.StartsWith("port b: expected exactly 4 frames, received 4; frame 2 is the first that differs\n", message, StringComparison.Ordinal);
        Assert.Contains("they are the same up to octet 35, of 42 and 42", message, StringComparison.Ordinal);
        Assert.Contains("of the one that was expected:\nit came in by a after 1.000000 s: it went to b\n", message, StringComparison.Ordinal);
        message = Fails(() => _lab.Expect(_b).Exactly([.. _frames, lost]), out _);
        Assert.Contains("it came in by c after 1.000000 s: FrameTypeNotAccepted", message, StringComparison.Ordinal);
        message = Fails(() => _lab.Expect(_b).Exactly(_frames[..3]), out _);
        Assert.Contains("frame 4 is the first that differs", message, StringComparison.Ordinal);
        Assert.Contains("it came in by a", message, StringComparison.Ordinal);
        message = Fails(() => _lab.Expect(_b).Exactly(new FrameBuilder().Build()), out _);
        Assert.Contains("it came in nowhere", message, StringComparison.Ordinal);
        _lab.Expect(_b).Exactly(_frames);
    }

    [Fact]
    public void ExactlyInAnyOrder_CountsEachFrame()
    {
        _lab.Expect(_b).ExactlyInAnyOrder(_frames[3], _frames[1], _frames[0], _frames[2]);
        string message = Fails(() => _lab.Expect(_b).ExactlyInAnyOrder(_frames[3], _frames[1], _frames[0], _frames[0]), out _);
        Assert.Contains("1 are missing, 1 came that were not expected", message, StringComparison.Ordinal);
    }

    [Fact]
    public void InOrder_OthersMayComeBetween()
    {
        _lab.Expect(_b).InOrder(_frames[0], _frames[3]).InOrder().InOrder(_frames);
        Assert.Contains("frame 2 of them did not come behind", Fails(() => _lab.Expect(_b).InOrder(_frames[3], _frames[0]), out _), StringComparison.Ordinal);
        Assert.Contains("frame 2 of them", Fails(() => _lab.Expect(_b).InOrder(_frames[3], _frames[3]), out _), StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_OfEachKind_Fail()
    {
        Assert.SkipUnless(PcapFilter.IsAvailable, "libpcap is not there");
        Assert.StartsWith("port b: expected 2 frames that match 'udp', received 4 of 4\n", Fails(() => _lab.Expect(_b).Frames("udp", 2), out _), StringComparison.Ordinal);
        Assert.StartsWith("port b: expected at least 1 frames that match 'tcp', received 0 of 4\nreceived, though not matching:\n", Fails(() => _lab.Expect(_b).AtLeast(1, "tcp"), out _), StringComparison.Ordinal);
        Assert.StartsWith("port b: expected at most 3 frames that match 'ip', received 4 of 4\n", Fails(() => _lab.Expect(_b).AtMost(3, "ip"), out _), StringComparison.Ordinal);
        Assert.StartsWith("port b: expected nothing that matches 'port 1003', received 1 of 4\n", Fails(() => _lab.Expect(_b).Nothing("port 1003"), out _), StringComparison.Ordinal);
        Assert.StartsWith("port b: expected only frames that match 'port 1003', and received 3 others\n", Fails(() => _lab.Expect(_b).Only("port 1003"), out _), StringComparison.Ordinal);
        Assert.Contains("none at all", Fails(() => _lab.Expect(_c).Only("port 1003"), out _), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => _lab.Expect(_b).Frames("no such word", 1));
    }

    [Fact]
    public void AtLeastAtMost_WithoutFilter()
    {
        _lab.Expect(_b).AtLeast(4).AtMost(4).AtLeast(0);
        Assert.StartsWith("port b: expected at least 5 frames, received 4\n", Fails(() => _lab.Expect(_b).AtLeast(5), out _), StringComparison.Ordinal);
        string message = Fails(() => _lab.Expect(_b).AtMost(2), out _);
        Assert.StartsWith("port b: expected at most 2 frames, received 4\n", message, StringComparison.Ordinal);
        Assert.Contains("\none that was not expected: 02:00:00:00:00:01 > 02:00:00:00:00:02, 10.0.0.1.1002 > ", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _lab.Expect(_b).Frames(-1));
    }

    [Fact]
    public void Drops_CountsSinceForget()
    {
        _c.Send(_c.FrameTo(_b).Vlan(3));
        _lab.Expect(_c).Drops(DropReason.FrameTypeNotAccepted, 1).Drops(DropReason.Runt, 0);
        Assert.Equal(1, _c.Drops(DropReason.FrameTypeNotAccepted));
        Assert.StartsWith("port c: expected 2 drops as FrameTypeNotAccepted, counted 1: tagged where", Fails(() => _lab.Expect(_c).Drops(DropReason.FrameTypeNotAccepted, 2), out _), StringComparison.Ordinal);
        Assert.StartsWith("port c: expected no drops, counted 1\n", Fails(() => _lab.Expect(_c).NoDrops(), out _), StringComparison.Ordinal);
        _lab.Forget();
        _lab.Expect(_c).NoDrops();
        _lab.Expect(_b).Nothing();
        Assert.Empty(_b.Received);
    }

    [Fact]
    public void Station_Elsewhere_SaysWhere()
    {
        Assert.Contains("expected to know 02:00:00:00:00:01 in vlan 1\nthe switch knows it behind a in vlan 1\n", Fails(() => _lab.Expect(_b).Station(_a.Mac), out _), StringComparison.Ordinal);
        Assert.Contains("expected not to know", Fails(() => _lab.Expect(_a).NoStation(_a.Mac), out _), StringComparison.Ordinal);
        Assert.Contains("the switch knows it nowhere", Fails(() => _lab.Expect(_a).Station(_b.Mac), out _), StringComparison.Ordinal);
    }

    [Fact]
    public void SameAs_Capture_ComparesAndSaysFields()
    {
        _lab.Expect(_b).SameAs(_captures.Of(_frames));
        byte[] other = _a.FrameTo(_b).Ip("10.0.0.1", "10.0.0.2", hops: 63).Udp(1001, 53).Build();
        string path = _captures.Of(_frames[0], other, _frames[2], _frames[3]);
        string message = Fails(() => _lab.Expect(_b).SameAs(path), out _);
        Assert.StartsWith($"port b: expected the frames of {path}\nof 4 expected and 4 actual frames 3 are the same, 1 changed, 0 missing, 0 unexpected, 0 moved:\n  changed 2 -> 2 (10.0.0.1:1001 > 10.0.0.2:53 udp): ip.ttl 63 -> 64", message, StringComparison.Ordinal);
        _lab.Expect(_b).SameAs(path, new ComparisonOptions { Ignore = ["ip.ttl", "ip.checksum"] });
        Assert.Throws<FileNotFoundException>(() => _lab.Expect(_b).SameAs("nothing.pcapng"));
        File.WriteAllText(path, "no capture at all");
        Assert.Contains("it can't be compared with", Assert.Throws<InvalidDataException>(() => _lab.Expect(_b).SameAs(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Capture_OfAFailure_HasAllPortsBothWaysAndDrops()
    {
        _c.Send(_c.FrameTo(_b).Vlan(3));
        Fails(() => _lab.Expect(_b).Nothing(), out string path);
        using CaptureReader reader = CaptureReader.Open(path);
        var packets = new List<(string? Port, PacketDirection Direction, ulong? Id, string Comment)>();
        while (reader.TryRead(out CapturedPacket packet))
        {
            packets.Add((packet.Interface.Name, packet.Direction, packet.PacketId, string.Join(' ', packet.Comments)));
            Assert.Equal((VirtualClock.DefaultStart.AddSeconds(1) - DateTimeOffset.UnixEpoch).Ticks * 100, packet.Timestamp);
        }

        Assert.Null(reader.Error);
        Assert.Equal(9, packets.Count);
        Assert.Equal(packets[0].Id, packets[1].Id);
        Assert.Equal([("a", PacketDirection.Inbound), ("b", PacketDirection.Outbound)], packets[..2].Select(p => (p.Port, p.Direction)));
        Assert.Equal("dropped: FrameTypeNotAccepted: tagged where only untagged frames are accepted, or the other way round", packets[^1].Comment);
        Assert.Equal(["a", "b", "c"], reader.Interfaces.Select(i => i.Name));
    }

    [Fact]
    public void Fail_OutputThatCantBeWritten_IsSaid()
    {
        string file = _captures.NewPath(".txt");
        File.WriteAllText(file, "in the way");
        using var lab = new SwitchLab(new LabOptions { Seed = 1, OutputFolder = Path.Combine(file, "folder") });
        ExpectationException error = Assert.Throws<ExpectationException>(() => lab.Expect(lab.AddPort("a")).Frames(1));
        Assert.Null(error.CapturePath);
        Assert.Contains("\nno capture: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("received: none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_LostFrame_FailsTheTest()
    {
        var lab = new SwitchLab(new LabOptions { Seed = 1, OutputFolder = _output });
        LabPort a = lab.AddPort("a");
        Break(a);
        string message = Assert.Throws<ExpectationException>(lab.Dispose).Message;
        Assert.StartsWith("switch vswitch has not accounted for its frames: received 1 + replicated 0 - sent 0 - dropped 0 = 1, not 0\nseed 1\n", message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _lab.Dispose();
        _captures.Dispose();
    }

    /// <summary>Counts a frame that never was: what no caller can do.</summary>
    private static void Break(LabPort port) =>
        typeof(TrafficCounters).GetMethod("Received", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(port.Port.Counters, [1L, 60L]);

    private static string Fails(Action expectation, out string capture)
    {
        ExpectationException error = Assert.Throws<ExpectationException>(expectation);
        capture = error.CapturePath!;
        Assert.True(File.Exists(capture));
        return error.Message;
    }
}
