using System.IO.Compression;
using VSwitch.Captures.Files;
using VSwitch.Devices.Filters;

namespace VSwitch.Testing.Tests;

public sealed class CaptureReplayTests : IDisposable
{
    private readonly Captures _captures = new();
    private readonly SwitchLab _lab = new();
    private readonly LabPort _a;
    private readonly LabPort _b;

    public CaptureReplayTests() => (_a, _b) = (_lab.AddPort("a"), _lab.AddPort("b"));

    [Fact]
    public void Into_Capture_FramesComeInOrderAtTheirTimes()
    {
        byte[][] frames = Frames(20);
        Assert.Equal(20, _lab.Replay(_captures.Of(frames)).Into(_a));
        _lab.Run();
        _lab.Expect(_b).Exactly(frames);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => TimeSpan.FromMilliseconds(i)), _b.Received.Select(f => f.Time));
    }

    [Fact]
    public void Into_BarePackets_ThroughBarePorts()
    {
        string path = _captures.Write(".pcap", CaptureFormat.NanosecondPcap, writer =>
        {
            CaptureInterface port = writer.AddInterface(new CaptureInterface { LinkType = LinkType.Raw });
            Captures.Put(writer, port, new FrameBuilder().Ip("10.0.0.1", "10.0.0.2").Udp(1, 2).BuildPacket(), 0);
        });
        LabPort one = _lab.AddPort("one", new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.1/24")] }, linkLayer: LinkLayer.Ip);
        LabPort two = _lab.AddPort("two", new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.2/24")] }, linkLayer: LinkLayer.Ip);
        _lab.Replay(path).Into(one);
        _lab.Run();
        _lab.Expect(two).Frames(1);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => _lab.Replay(path).Into(_a));
        Assert.Equal($"{path}: packet 1 has the link type Raw, and port a takes Ethernet frames: convert them with AsEthernet(), leave them out with Interface(...), or take another port", error.Message);
    }

    [Fact]
    public void Into_BarePacketsAsEthernet_ThroughPortsOfEthernet()
    {
        byte[] packet = new FrameBuilder().Ip("10.0.0.1", "10.0.0.2").Udp(1, 2).BuildPacket();
        string path = _captures.Write(".pcap", CaptureFormat.NanosecondPcap, writer =>
            Captures.Put(writer, writer.AddInterface(new CaptureInterface { LinkType = LinkType.Raw }), packet, 0));
        _lab.Replay(path).AsEthernet().Into(_a);
        _lab.Run();
        Assert.Equal(packet, Assert.Single(_b.Received).Octets.ToArray()[14..]);
        string other = _captures.Write(".pcap", CaptureFormat.NanosecondPcap, writer =>
            Captures.Put(writer, writer.AddInterface(new CaptureInterface { LinkType = (LinkType)127 }), packet, 0));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => _lab.Replay(other).AsEthernet().Into(_a));
        Assert.EndsWith("can't be made an Ethernet frame: LinkType", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Into_TwoSides_KeepTheirTimesToEachOther()
    {
        byte[][] talk = [_b.FrameTo(_a).Build(), _a.FrameTo(_b).Build(), _b.FrameTo(_a).Build(), _a.FrameTo(_b).Build()];
        string path = _captures.Of(talk);
        Assert.Equal(2, _lab.Replay(path).FromSource(_a.Mac).Into(_a));
        Assert.Equal(2, _lab.Replay(path).FromSource(_b.Mac.ToString()).Into(_b));
        _lab.Run();
        Assert.Equal([1, 3], _b.Received.Select(f => f.Time.TotalMilliseconds));
        Assert.Equal([0, 2], _a.Received.Select(f => f.Time.TotalMilliseconds));
    }

    [Fact]
    public void Into_SameMoment_FirstEnteredGoesFirst()
    {
        LabPort c = _lab.AddPort("c");
        _lab.Replay(_captures.Of(_b.FrameTo(c).Build())).Into(_b);
        _lab.Replay(_captures.Of(_a.FrameTo(c).Build())).Into(_a);
        _lab.Run();
        _lab.Expect(c).Exactly(_b.FrameTo(c).Build(), _a.FrameTo(c).Build());
    }

    [Fact]
    public void SpeedLoopAfter_ChangeTheTimes()
    {
        string path = _captures.Of(Frames(3));
        Assert.Equal(6, _lab.Replay(path).Speed(0.5).Loop(2).After(TimeSpan.FromSeconds(1)).Into(_a));
        _lab.Run();
        Assert.Equal([1000, 1002, 1004, 1004, 1006, 1008], _b.Received.Select(f => f.Time.TotalMilliseconds));
        _lab.Forget();
        _lab.Replay(path).AtOnce().Into(_a);
        _lab.Run();
        Assert.Equal([1008, 1008, 1008], _b.Received.Select(f => f.Time.TotalMilliseconds));
    }

    [Fact]
    public void Limit_Change_InterfaceAndDirection_ChooseFrames()
    {
        byte[][] frames = Frames(6);
        string path = _captures.Write(".pcapng", CaptureFormat.Pcapng, writer =>
        {
            CaptureInterface[] ports = [.. new[] { "eth0", "eth1" }.Select(n => writer.AddInterface(new CaptureInterface { Name = n }))];
            for (int i = 0; i < frames.Length; i++)
            {
                Captures.Put(writer, ports[i % 2], frames[i], i, i < 3 ? PacketDirection.Inbound : PacketDirection.Outbound);
            }
        });
        Check([frames[0], frames[1]], r => r.Limit(2));
        Check([frames[1], frames[3], frames[5]], r => r.Interface("eth1"));
        Check([frames[3], frames[4], frames[5]], r => r.Direction(PacketDirection.Outbound));
        Check([frames[3]], r => r.Direction(PacketDirection.Outbound).Interface("eth1").Limit(1));
        Check([frames[4]], r => r.Change(f => f.SequenceEqual(frames[4]) ? f : null));
        ArgumentException error = Assert.Throws<ArgumentException>(() => _lab.Replay(path).Interface("eth9").Into(_a));
        Assert.Contains("has no interface eth9: it has eth0, eth1", error.Message, StringComparison.Ordinal);

        void Check(byte[][] expected, Func<CaptureReplay, CaptureReplay> choose)
        {
            _lab.Forget();
            choose(_lab.Replay(path)).Into(_a);
            _lab.Run();
            _lab.Expect(_b).Exactly(expected);
        }
    }

    [Fact]
    public void Filter_Expression_ChoosesFrames()
    {
        Assert.SkipUnless(PcapFilter.IsAvailable, "libpcap is not there");
        byte[] udp = _a.FrameTo(_b).Ip("10.0.0.1", "10.0.0.2").Udp(1, 53).Build();
        string path = _captures.Of(udp, _a.FrameTo(_b).Ip("10.0.0.1", "10.0.0.2").Tcp(1, 80).Build());
        _lab.Replay(path).Filter("udp port 53").Into(_a);
        _lab.Run();
        _lab.Expect(_b).Exactly(udp).Frames("udp", 1).Frames("tcp", 0).Only("ip").Nothing("arp").AtLeast(1, "udp").AtMost(1, "udp").AtLeast(1).AtMost(1);
        Assert.Contains("'udp porty'", Assert.Throws<FormatException>(() => _lab.Replay(path).Filter("udp porty").Into(_a)).Message, StringComparison.Ordinal);
        Assert.Contains("none of its 2 packets is wanted", Assert.Throws<InvalidDataException>(() => _lab.Replay(path).Filter("arp").Into(_a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Into_PacketLongerThanAnyFrame_SaysACureThatWorks()
    {
        string path = _captures.Of(new FrameBuilder().Payload(80_000).Build(), Frames(1)[0]);
        Assert.Equal(
            $"{path}: packet 1 has 80014 octets, more than the longest frame: leave it out with Filter(\"less {FrameBatch.MaxFrameLength}\")",
            Assert.Throws<InvalidDataException>(() => _lab.Replay(path).Into(_a)).Message);
        Assert.SkipUnless(PcapFilter.IsAvailable, "libpcap is not there");
        Assert.Equal(1, _lab.Replay(path).Filter($"less {FrameBatch.MaxFrameLength}").Into(_a));
    }

    [Fact]
    public void Replay_Gzip_IsRead()
    {
        string plain = _captures.Of(Frames(5)), path = _captures.NewPath(".pcapng.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(plain));
        }

        _lab.Replay(path).Into(_a);
        _lab.Run();
        _lab.Expect(_b).Frames(5);
    }

    [Fact]
    public void Into_DamagedCapture_SaysFileAndOffset()
    {
        string path = _captures.Of(Frames(5));
        byte[] octets = File.ReadAllBytes(path);
        File.WriteAllBytes(path, octets[..^10]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => _lab.Replay(path).Into(_a));
        Assert.Matches($"^{path}: offset [0-9]+: .*: replay the 4 packets in front of it with UpToDamage\\(\\)$", error.Message);
        Assert.Equal(4, _lab.Replay(path).UpToDamage().Into(_a));
        _lab.Run();
        _lab.Expect(_b).Frames(4);
        File.WriteAllText(path, "no capture at all");
        Assert.Contains("offset 0: neither pcap nor pcapng", Assert.Throws<InvalidDataException>(() => _lab.Replay(path).Into(_a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_NotThere_SaysWhereItWasLookedFor()
    {
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => _lab.Replay("nothing.pcapng"));
        Assert.StartsWith("capture nothing.pcapng is not there: looked for /", error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(AppContext.BaseDirectory, "nothing.pcapng"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expect_BeforeTheReplayHasBegun_IsAMistake()
    {
        string path = _captures.Of(Frames(2));
        _lab.Replay(path).Into(_a);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _lab.Expect(_b).Nothing());
        Assert.Equal($"the replay of {path} has not begun: call Run() or Advance(...) before anything is expected", error.Message);
        _lab.Advance(TimeSpan.FromMilliseconds(0.5));
        _lab.Expect(_b).Frames(1);
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        CaptureReplay replay = _lab.Replay(_captures.Of(Frames(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Speed(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Speed(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Loop(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.Limit(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.After(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Into_ClockThatWasSetBack_TimesNeverGoBack()
    {
        byte[][] frames = Frames(3);
        string path = _captures.Write(".pcapng", CaptureFormat.Pcapng, writer =>
        {
            CaptureInterface port = writer.AddInterface(new CaptureInterface());
            long[] times = [5_000_000, 9_000_000, 0];
            for (int i = 0; i < frames.Length; i++)
            {
                Captures.Put(writer, port, frames[i], times[i]);
            }
        });
        _lab.Replay(path).Into(_a);
        _lab.Run();
        _lab.Expect(_b).Exactly(frames);
        Assert.Equal([0, 4, 4], _b.Received.Select(f => f.Time.TotalMilliseconds));
    }

    public void Dispose()
    {
        _lab.Dispose();
        _captures.Dispose();
    }

    private byte[][] Frames(int count) => [.. Enumerable.Range(0, count).Select(i => _a.FrameTo(_b).Payload($"frame {i}").Build())];
}
