using System.Diagnostics;
using VSwitch.Captures.Files;
using VSwitch.Devices.Packet;
using VSwitch.Devices.Tests.Packet;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>A cable between two namespaces: at one end a program replays, at the other all that comes is kept.</summary>
internal sealed class ReplayLab : IAsyncDisposable
{
    private const int BufferOctets = 512 << 20;
    private const int OracleLimit = 262_144; // octets that tcpreplay takes for the length of a packet

    private readonly VethPair _veth;
    private readonly PacketDevice _near;
    private readonly PacketDevice _far;
    private readonly List<LabProcess> _processes = [];
    private int _markers;

    private ReplayLab(VethPair veth, PacketDevice near, PacketDevice far) => (_veth, _near, _far) = (veth, near, far);

    /// <summary>The command as it lies beside the tests.</summary>
    internal static string Command => Path.Combine(AppContext.BaseDirectory, "VSwitch.PcapReplay");

    internal TestNamespace Near => _veth.Near;

    internal static async Task<ReplayLab> Open(int mtu = 1500)
    {
        var veth = new VethPair(mtu);
        PacketOptions far = VethPair.At(veth.Far, "far0") with { BufferOctets = BufferOctets };
        var lab = new ReplayLab(veth, await veth.OpenNear(), PacketDevice.Open(far));
        await lab.Quiet();
        return lab;
    }

    /// <summary>The folder of captures; skips the test where there is none.</summary>
    internal static string Captures()
    {
        string? folder = TestKit.CaptureFolder.Find();
        if (folder is null)
        {
            Assert.Skip("no folder of captures: set VSWITCH_CAPTURES, or put them into ../shared/captures beside the repository");
        }

        return folder;
    }

    /// <summary>Captures of Ethernet alone, which can be read to their end and whose frames are such that the kernel sends them.</summary>
    internal static IReadOnlyList<string> EthernetCaptures(int mtu) =>
        [.. Directory.EnumerateFiles(Captures(), "*.pcap").Order(StringComparer.Ordinal).Where(path => IsPlain(path, mtu))];

    internal static List<byte[]> FramesOf(string path)
    {
        using CaptureReader reader = CaptureReader.Open(path);
        List<byte[]> frames = [];
        while (reader.TryRead(out CapturedPacket packet))
        {
            frames.Add(packet.Octets.ToArray());
        }

        return frames;
    }

    /// <summary>Runs a program in the near namespace.</summary>
    /// <returns>What came out of the cable until it ended, in order.</returns>
    internal async Task<(LabProcess Process, List<byte[]> Frames)> Run(string program, params IEnumerable<string> arguments)
    {
        LabProcess process = LabProcess.Start(Near, program, arguments);
        _processes.Add(process);
        List<byte[]> frames = [];
        byte[]? marker = null;
        FrameBatch batch = new();
        var quiet = Stopwatch.StartNew();
        while (true)
        {
            batch.Clear();
            if (_far.TryReceive(batch) > 0)
            {
                quiet.Restart();
            }
            else
            {
                Assert.True(quiet.Elapsed < Bounded.Limit, $"nothing came for {Bounded.Limit.TotalSeconds} s, {(marker is null ? "and the program runs on" : "not even the marker")}");
                if (marker is null && process.HasExited)
                {
                    await process.Exit();
                    marker = SendMarker();
                }

                await Task.Delay(1, TestContext.Current.CancellationToken);
            }

            for (int i = 0; i < batch.Count; i++)
            {
                byte[] frame = batch.Octets(i).ToArray();
                if (marker is not null && frame.AsSpan().SequenceEqual(marker))
                {
                    Assert.Equal(0, _far.ReadLost());
                    return (process, frames);
                }

                frames.Add(frame);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(p => p.Dispose());
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        _veth.Dispose();
    }

    private static bool IsPlain(string path, int mtu)
    {
        using CaptureReader reader = CaptureReader.Open(path);
        while (reader.TryRead(out CapturedPacket packet))
        {
            if (packet.Interface.LinkType != LinkType.Ethernet || packet.Octets.Length < 15 || packet.Octets.Length > mtu + 14
                || packet.OriginalLength < packet.Octets.Length || packet.OriginalLength > OracleLimit
                || (packet.Interface.SnapLength > 0 && packet.Octets.Length > packet.Interface.SnapLength)) // libpcap cuts what the header's limit forbids
            {
                return false;
            }
        }

        return reader.Error is null && reader.PacketCount > 0 && IsVersion24(path);
    }

    // tcpreplay takes no other, and no frame that claims to have been shorter than what was captured of it.
    private static bool IsVersion24(string path)
    {
        byte[] header = new byte[8];
        using FileStream file = File.OpenRead(path);
        file.ReadExactly(header);
        return header[4..] is [2, 0, 4, 0] or [0, 2, 0, 4];
    }

    // What the kernel says of itself when an interface comes up is behind a marker; IPv6 is off, so that it says nothing later.
    private async Task Quiet()
    {
        foreach ((TestNamespace ns, string name) in new[] { (_veth.Near, "near0"), (_veth.Far, "far0") })
        {
            string path = $"/proc/sys/net/ipv6/conf/{name}/disable_ipv6";
            ns.Run(() =>
            {
                if (File.Exists(path))
                {
                    File.WriteAllText(path, "1");
                }

                return 0;
            });
        }

        await Bounded.Until(() => _far.IsUp, "the cable is up");
        byte[] marker = SendMarker();
        FrameBatch batch = new();
        await Bounded.Until(
            () =>
            {
                batch.Clear();
                _far.TryReceive(batch);
                return Enumerable.Range(0, batch.Count).Any(i => batch.Octets(i).SequenceEqual(marker));
            },
            "the marker arrives");
    }

    private byte[] SendMarker()
    {
        byte[] marker = new TestKit.FrameBuilder().Payload([0xED, 0x0F, .. BitConverter.GetBytes(++_markers), .. new byte[60]]).Build();
        FrameBatch batch = new(1);
        Assert.True(batch.TryAppend(marker));
        Assert.Equal(1, _near.TrySend(batch, [0]));
        return marker;
    }
}
