using SharpPcap;
using SharpPcap.LibPcap;
using VSwitch.Captures.Files;
using VSwitch.Devices;
using VSwitch.PacketDotNet.Ports;
using VSwitch.TestKit;

namespace VSwitch.PacketDotNet.Tests.Ports;

/// <summary>Captures that libpcap reads and writes, as ports of a real switch.</summary>
public sealed class SharpPcapFileTests
{
    private static readonly byte[][] s_frames =
        [.. Enumerable.Range(0, 3000).Select(i => new FrameBuilder().From(TestSwitch.Mac(5)).To(TestSwitch.Mac(0)).Udp("10.0.0.1", "10.0.0.2", 18 + (i % 1400), (ushort)i).Build())];

    /// <summary>Eight times what the queue holds: a file waits.</summary>
    [Fact]
    public async Task File_IsReceivedWholeInOrder_ByASwitch()
    {
        using var file = new CaptureFile(s_frames);
        var lab = new TestSwitch(0);
        lab.Plug(capacityOctets: 1 << 25); // the station has room for the whole file
        await using SharpPcapDevice device = SharpPcapDevice.Open(new CaptureFileReaderDevice(file.Name), new SharpPcapOptions { QueueOctets = 1 << 18 });
        lab.Switch.AddPort(device, "file");
        var received = new List<byte[]>();
        for (bool last = false; !last;)
        {
            last = device.Ended.IsCompleted;
            lab.Switch.Run();
            received.AddRange(lab.Stations[0].Receive());
            await Task.Yield();
        }

        Assert.Null(await device.Ended.Soon());
        Assert.Equal(s_frames.Length, received.Count);
        Assert.True(s_frames.Zip(received).All(p => p.First.AsSpan().SequenceEqual(p.Second)));
        Assert.Equal(new SharpPcapCounters { Received = s_frames.Length }, device.Counters);
        lab.Stations[0].Send(new FrameBuilder().From(TestSwitch.Mac(0)).To(TestSwitch.Mac(5)).Build()); // where it was learned
        lab.Switch.Run();
        Assert.Equal(1, device.Counters.Unsendable);
    }

    [Theory]
    [InlineData(LinkType.IPv4)]
    [InlineData(LinkType.Raw)]
    public async Task File_OfBareIp_GivesItsPackets(LinkType type)
    {
        byte[] packet = IpPacket.Udp("10.0.0.1", "10.0.0.2");
        using var file = new CaptureFile([packet, packet], type);
        await using SharpPcapDevice device = SharpPcapDevice.Open(new CaptureFileReaderDevice(file.Name));
        Assert.Equal(Frames.LinkLayer.Ip, device.LinkLayer);
        Assert.Equal([packet, packet], await ReceiveToTheEnd(device));
    }

    [Fact]
    public async Task File_OfCutFrames_CountsThem()
    {
        using var file = new CaptureFile(s_frames[..100], cutBy: 1);
        await using SharpPcapDevice device = SharpPcapDevice.Open(new CaptureFileReaderDevice(file.Name));
        Assert.Empty(await ReceiveToTheEnd(device));
        Assert.Equal(new SharpPcapCounters { Cut = 100 }, device.Counters);
    }

    [Fact]
    public async Task File_ThatBreaksOff_SaysSo()
    {
        using var file = new CaptureFile(s_frames[..10]);
        using (FileStream stream = File.OpenWrite(file.Name))
        {
            stream.SetLength(stream.Length - 5);
        }

        await using SharpPcapDevice device = SharpPcapDevice.Open(new CaptureFileReaderDevice(file.Name));
        Assert.Equal(s_frames[..9], await ReceiveToTheEnd(device));
        Assert.Contains("truncated", await device.Ended, StringComparison.Ordinal);
        Assert.True(device.Events.TryRead(out DeviceEvent first) && first == DeviceEvent.Up && !device.Events.TryRead(out _));
    }

    [Fact]
    public void Open_NoSuchFile_IsAnIOExceptionInOneLine()
    {
        IOException error = Assert.Throws<IOException>(() => SharpPcapDevice.Open(new CaptureFileReaderDevice("/nowhere/at.pcap")));
        Assert.Contains("/nowhere/at.pcap", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task DisposeAsync_InTheMidstOfAFile_Ends()
    {
        using var file = new CaptureFile(s_frames);
        SharpPcapDevice device = SharpPcapDevice.Open(new CaptureFileReaderDevice(file.Name), new SharpPcapOptions { QueueOctets = 1 });
        Assert.True(await device.WaitToReceiveAsync(TestContext.Current.CancellationToken).Soon());
        await device.DisposeAsync().Soon(); // the thread waits for room
        Assert.Null(await device.Ended.Soon());
    }

    [Theory]
    [InlineData(TimestampResolution.Nanosecond, 123_456_700)]
    [InlineData(TimestampResolution.Microsecond, 123_456_000)]
    public async Task WriterDevice_IsAPortThatRecords_WithTimes(TimestampResolution resolution, long fraction)
    {
        using var file = new CaptureFile();
        var writer = new CaptureFileWriterDevice(file.Name, FileMode.Create);
        writer.Open(new DeviceConfiguration { LinkLayerType = global::PacketDotNet.LinkLayers.Ethernet, TimestampResolution = resolution });
        var lab = new TestSwitch(1);
        await using (SharpPcapDevice device = SharpPcapDevice.Open(writer, new SharpPcapOptions { Time = new StillTime() }))
        {
            lab.Switch.AddPort(device, "file");
            foreach (byte[] frame in s_frames.AsSpan(0, 100))
            {
                lab.Stations[0].Send(frame);
            }

            lab.Switch.Run();
            Assert.Null(await device.Ended.Soon()); // it receives nothing
        }

        List<(long? Time, byte[] Octets)> written = file.Read();
        Assert.Equal(s_frames[..100], written.Select(p => p.Octets));
        Assert.All(written, p => Assert.Equal(1_700_000_000_000_000_000 + fraction, p.Time));
    }

    [Fact]
    public async Task RealCaptures_GiveAllTheirFrames()
    {
        if (CaptureFolder.Find() is not { } folder)
        {
            Assert.Skip("no captures: set VSWITCH_CAPTURES to a folder with some");
            return;
        }

        int files = 0, refused = 0, unopened = 0;
        long frames = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*.*cap*").Order(StringComparer.Ordinal))
        {
            files++;
            try
            {
                await using SharpPcapDevice device = SharpPcapDevice.Open(new CaptureFileReaderDevice(path), new SharpPcapOptions { TakeCut = true });
                int received = (await ReceiveToTheEnd(device)).Count;
                frames += received;
                Assert.Equal(received, device.Counters.Received);
                using CaptureReader reader = CaptureReader.Open(path);
                while (reader.TryRead(out _))
                {
                }

                if (await device.Ended is null && reader.Error is null && reader.Format == CaptureFormat.Pcap)
                {
                    Assert.True(reader.PacketCount == received + device.Counters.TooLong, $"{path}: {reader.PacketCount} packets, received {received}, too long {device.Counters.TooLong}");
                }
            }
            catch (NotSupportedException)
            {
                refused++;
            }
            catch (IOException)
            {
                unopened++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{files} files, {refused} of other link types, {unopened} that libpcap can't open; {frames} frames");
        Assert.True(frames > 0, "no frames in the folder");
    }

    private static async Task<List<byte[]>> ReceiveToTheEnd(SharpPcapDevice device)
    {
        var frames = new List<byte[]>();
        var batch = new Frames.FrameBatch();
        for (bool last = false; !last;)
        {
            last = device.Ended.IsCompleted;
            while (device.TryReceive(batch) > 0)
            {
                frames.AddRange(Enumerable.Range(0, batch.Count).Select(i => batch.Octets(i).ToArray()));
                batch.Clear();
            }

            await Task.Yield();
        }

        return frames;
    }

    private sealed class StillTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000).AddTicks(1_234_567);
    }
}
