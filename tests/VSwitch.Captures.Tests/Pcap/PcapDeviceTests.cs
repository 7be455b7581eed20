using VSwitch.Captures.Files;
using VSwitch.Captures.Pcap;
using VSwitch.Captures.Replaying;
using VSwitch.Captures.Tests.Files;
using VSwitch.Captures.Tests.Recording;
using VSwitch.Captures.Tests.Replaying;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Pcap;

/// <summary>Capture files as a port of a switch.</summary>
public sealed class PcapDeviceTests : IDisposable
{
    private readonly TestSwitch _test = new(1);
    private readonly MemoryStream _out = new();
    private readonly List<string> _failures = [];
    private readonly TaskCompletionSource<ReplayReport> _replayed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task In_PluggedIntoASwitch_EveryFrameComesInInOrder()
    {
        await using PcapDevice device = Device(new() { In = Frames(500) });
        await PlayInto(device, 500);
        ReplayReport report = await _replayed.Task.Soon();
        Assert.Equal((500, 500), (report.Attempted, report.Sent));
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task In_LoopsAndLimit_AreThoseOfAReplay()
    {
        await using PcapDevice device = Device(new() { In = Frames(7), Replay = new ReplayOptions { Loops = 0, Limit = 100 } });
        List<int> numbers = await PlayInto(device, 100, isCounting: false);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i % 7), numbers);
        Assert.Equal(15, (await _replayed.Task.Soon()).Loops);
    }

    [Fact]
    public async Task In_Schedule_IsWaitedForOnTheClock()
    {
        var clock = new VirtualReplayClock();
        await using PcapDevice device = Device(new() { In = Frames(100), Schedule = ReplaySchedule.PacketRate(10) }, clock);
        await PlayInto(device, 100);
        Assert.Equal(TimeSpan.FromSeconds(9.9), (await _replayed.Task.Soon()).Duration);
        Assert.True(clock.Now >= 9_900_000_000);
    }

    [Fact]
    public async Task In_MoreThanThePipeHolds_WaitsForTheReceiver()
    {
        const int count = 3000; // of 1000 octets: the pipe has 1 MiB
        await using PcapDevice device = Device(new() { In = Frames(count, 1000) });
        await PlayInto(device, count);
        Assert.Empty((await _replayed.Task.Soon()).Failures);
    }

    [Fact]
    public async Task In_BeforeAnybodyReceives_NothingIsOpened()
    {
        int opened = 0;
        PcapDevice device = Device(new() { In = new ReplaySource("never", () => throw new InvalidOperationException($"opened {++opened}")) });
        await device.DisposeAsync();
        Assert.ThrowsAny<ObjectDisposedException>(() => device.TryReceive(new FrameBatch()));
        Assert.Equal(0, opened);
    }

    [Fact]
    [Trait("Fault", "74")]
    public async Task In_FileThatBreaksOff_PlaysWhatIsWholeAndSaysSo()
    {
        byte[] file = FileOf(20);
        await using PcapDevice device = Device(new() { In = new ReplaySource("torn", () => CaptureReader.Open(new MemoryStream(file[..^5]))) });
        await PlayInto(device, 19);
        Assert.Contains("torn", Assert.Single((await _replayed.Task.Soon()).Broken), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Fault", "74")]
    public async Task In_FileThatIsGone_IsSaidAndTheDeviceLivesOn()
    {
        await using PcapDevice device = Device(new() { In = ReplaySource.FromFile("/nowhere/a.pcap"), Out = () => _out });
        Plug(device);
        await Waiting.Until(() => _failures.Count > 0, "it is said");
        _test.Send(0, TestSwitch.Frame(0, 1).Build());
        await device.DisposeAsync();
        Assert.Single(Packet.All(_out.ToArray()));
        Assert.Contains("/nowhere", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Out_WhatTheSwitchSends_IsWrittenWithItsTimeByDisposeAtTheLatest()
    {
        PcapDevice device = Device(new() { Out = () => _out });
        Plug(device);
        _test.Time.Advance(TimeSpan.FromSeconds(5));
        byte[][] frames = [.. Enumerable.Range(0, 300).Select(i => TestSwitch.Frame(0, 1).Payload(BitConverter.GetBytes(i)).Build())];
        foreach (byte[] frame in frames)
        {
            _test.Send(0, frame);
        }

        long now = (_test.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        await device.DisposeAsync();
        List<Packet> packets = Packet.All(_out.ToArray());
        Assert.Equal(frames.Select(Convert.ToHexString), packets.Select(p => p.Octets));
        Assert.All(packets, p => Assert.Equal((PacketDirection.Outbound, now, "files"), (p.Direction, p.Timestamp!.Value, p.Interface.Name)));
        Assert.Empty(_failures);
        Assert.Equal(0, _test.Unaccounted());
    }

    [Fact]
    public async Task Out_WithoutTraffic_IsAFileThatCanBeRead()
    {
        await using (Device(new() { Out = () => _out }))
        {
        }

        using CaptureReader reader = CaptureReader.Open(new MemoryStream(_out.ToArray()));
        Assert.Empty(Packet.All(reader));
        Assert.Null(reader.Error);
        Assert.Equal("files", Assert.Single(reader.Interfaces).Name);
    }

    [Fact]
    public async Task InAndOut_AtOnce_DoNotDisturbEachOther()
    {
        PcapDevice device = Device(new() { In = Frames(200), Out = () => _out });
        Plug(device);
        int answers = 0;
        List<int> came = [];
        await Waiting.Until(
            () =>
            {
                _test.Switch.Run();
                List<byte[]> frames = _test.Receive(0);
                came.AddRange(frames.Select(NumberOf));
                frames.ForEach(_ => _test.Send(0, TestSwitch.Frame(0, 1).Payload(BitConverter.GetBytes(answers++)).Build()));
                return came.Count == 200;
            },
            "all have come");
        await device.DisposeAsync();
        Assert.Equal(Enumerable.Range(0, 200), came);
        Assert.Equal(Enumerable.Range(0, 200), Packet.All(_out.ToArray()).Select(p => NumberOf(Convert.FromHexString(p.Octets))));
    }

    [Fact]
    public async Task InWithoutOut_WhatIsSentToIt_IsTakenAndForgotten()
    {
        await using PcapDevice device = Device(new() { In = Frames(1) });
        SwitchPort port = Plug(device);
        for (int i = 0; i < 5000; i++)
        {
            _test.Send(0, TestSwitch.Frame(0, 1).Payload(new byte[1000]).Build());
        }

        Assert.Equal((5000, 0), (port.Counters.SentFrames, port.Counters.TotalDrops()));
        Assert.True(await device.WaitToSendAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Fault", "78")]
    public async Task Out_DiskThatFails_IsSaidOnceAndTheSwitchGoesOnAndCounts()
    {
        var disk = new FailingStream(200_000);
        await using PcapDevice device = Device(new() { In = Frames(10), Out = () => disk });
        SwitchPort port = Plug(device);
        int sent = 0;
        await Waiting.Until(
            () =>
            {
                _test.Send(0, TestSwitch.Frame(0, 1).Payload(BitConverter.GetBytes(sent++).Concat(new byte[1000]).ToArray()).Build());
                return _failures.Count > 0;
            },
            "the disk is full");
        for (int i = 0; i < 3000; i++)
        {
            _test.Send(0, TestSwitch.Frame(0, 1).Payload(new byte[1000]).Build());
        }

        Assert.True(port.Counters.Drops(DropReason.EgressFull) > 0);
        Assert.Equal(sent + 3000, port.Counters.SentFrames + port.Counters.TotalDrops());
        await Waiting.Until(() => _test.Receive(0).Select(NumberOf).Contains(9) || _replayed.Task.IsCompleted, "the replay goes on");
        await device.DisposeAsync();
        Assert.Contains("No space left", Assert.Single(_failures), StringComparison.Ordinal);
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(disk.ToArray()));
        List<Packet> written = Packet.All(reader);
        Assert.Null(reader.Error);
        Assert.Equal(Enumerable.Range(0, written.Count), written.Select(p => NumberOf(Convert.FromHexString(p.Octets))));
        Assert.True(disk.IsClosed);
        Assert.Equal(0, _test.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "78")]
    public async Task Dispose_DiskThatIsFullOnlyThen_SaysSoAndThrowsNothing()
    {
        var disk = new FailingStream(10_000);
        PcapDevice device = Device(new() { Out = () => disk });
        Plug(device);
        for (int i = 0; i < 30; i++)
        {
            _test.Send(0, TestSwitch.Frame(0, 1).Payload(new byte[1000]).Build());
        }

        await device.DisposeAsync();
        await device.DisposeAsync();
        Assert.Single(_failures);
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(disk.ToArray()));
        Packet.All(reader);
        Assert.Null(reader.Error);
    }

    [Fact]
    public void Constructor_DiskThatIsFullAtOnce_Throws()
    {
        var disk = new FailingStream(3);
        Assert.Throws<IOException>(() => Device(new() { Out = () => disk }));
        Assert.True(disk.IsClosed);
        Assert.Throws<UnauthorizedAccessException>(() => Device(new() { Out = () => throw new UnauthorizedAccessException() }));
    }

    [Fact]
    public async Task Dispose_WhileAnybodyStartsTheReplay_NeverFails()
    {
        for (int i = 0; i < 200; i++)
        {
            PcapDevice device = Device(new() { In = Frames(3) });
            Task receiving = Task.Run(() =>
            {
                try
                {
                    device.TryReceive(new FrameBatch());
                }
                catch (ObjectDisposedException)
                {
                    // It was too late.
                }
            });
            await device.DisposeAsync().Soon();
            await receiving.Soon();
        }
    }

    [Fact]
    public async Task Dispose_DuringAReplayThatHasNoEnd_EndsIt()
    {
        PcapDevice device = Device(new() { In = Frames(10), Replay = new ReplayOptions { Loops = 0 } });
        Plug(device);
        await Waiting.Until(() => { _test.Switch.Run(); return _test.Receive(0).Count > 0; }, "it plays");
        await device.DisposeAsync().Soon();
        Assert.Equal("stopped", (await _replayed.Task.Soon()).Ended);
    }

    public void Dispose() => _out.Dispose();

    private static ReplaySource Frames(int count, int length = 60) => ReplayFixture.Capture(Numbered(count, length));

    private static (long? Time, byte[] Octets)[] Numbered(int count, int length = 60) =>
        [.. Enumerable.Range(0, count).Select(i => ((long?)(i * 1000L), TestSwitch.Frame(1, 0).Payload([.. BitConverter.GetBytes(i), .. new byte[length - 18]]).Build()))];

    private static byte[] FileOf(int count)
    {
        using var file = new MemoryStream();
        using (var writer = CaptureWriter.Create(file, CaptureFormat.Pcap, leaveOpen: true))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface());
            foreach ((long? time, byte[] octets) in Numbered(count))
            {
                writer.Write(new CapturedPacket { Interface = at, Timestamp = time, Octets = octets, OriginalLength = (uint)octets.Length, Comments = [] });
            }
        }

        return file.ToArray();
    }

    private static int NumberOf(byte[] frame) => BitConverter.ToInt32(frame, 14);

    private PcapDevice Device(PcapDeviceOptions options, IReplayClock? clock = null) => new(
        "files",
        options with
        {
            Replayed = report => _replayed.TrySetResult(report),
            Failed = problem =>
            {
                lock (_failures)
                {
                    _failures.Add(problem);
                }
            },
        },
        clock ?? new VirtualReplayClock(),
        _test.Time);

    private SwitchPort Plug(PcapDevice device)
    {
        SwitchPort port = _test.Switch.AddPort(device);
        _test.Switch.Run();
        return port;
    }

    private async Task<List<int>> PlayInto(PcapDevice device, int count, bool isCounting = true)
    {
        Plug(device);
        List<int> numbers = [];
        await Waiting.Until(
            () =>
            {
                _test.Switch.Run();
                numbers.AddRange(_test.Receive(0).Select(NumberOf));
                return numbers.Count >= count;
            },
            $"{count} frames have come");
        Assert.Equal(isCounting ? Enumerable.Range(0, count) : numbers, numbers);
        Assert.Equal(0, _test.Unaccounted());
        return numbers;
    }
}
