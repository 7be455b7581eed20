using VSwitch.Captures.Files;
using VSwitch.Captures.Splitting;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Frames of all Ethernet captures in one file, and what tcprewrite makes of it.</summary>
public sealed class RewriteOracle : IDisposable
{
    private const int MaxOfAFile = 120;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vswitch-rewrite-");
    private readonly Lazy<List<RewriteFrame>> _frames;
    private readonly Lazy<(string Path, TcpprepCache Verdicts)> _cache;

    /// <summary>Reads nothing yet: a test that skips needs no captures.</summary>
    public RewriteOracle() => (_frames, _cache) = (new(Collect), new(Split));

    /// <summary>A tcpprep cache of the frames: what comes from even addresses is primary.</summary>
    internal string Cache => _cache.Value.Path;

    internal string Input => Path.Combine(_folder.FullName, "in.pcap");

    internal IReadOnlyList<RewriteFrame> Frames => _frames.Value;

    internal string At(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Runs tcprewrite over frames.</summary>
    internal List<RewriteFrame> Run(IReadOnlyList<RewriteFrame> frames, IEnumerable<string> arguments)
    {
        (string input, string output) = (At($"{Guid.NewGuid():N}.in.pcap"), At($"{Guid.NewGuid():N}.pcap"));
        Write(input, frames);
        using LabProcess process = LabProcess.Start(null, Programs.Tcprewrite, ["-i", input, "-o", output, .. arguments]);
        Assert.True(process.Exit().Wait(Bounded.Limit), "tcprewrite did not end");
        Assert.True(process.ExitCode == 0, process.Text);
        List<RewriteFrame> result = Read(output, int.MaxValue);
        File.Delete(input);
        File.Delete(output);
        Assert.Equal(frames.Count, result.Count);
        return result;
    }

    internal bool IsSecondary(int index) => _cache.Value.Verdicts.SideOf(index + 1) == TrafficSide.Secondary;

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private (string Path, TcpprepCache Verdicts) Split()
    {
        _ = Frames;
        string path = At("sides.cache");
        using LabProcess process = LabProcess.Start(null, Programs.Tcpprep, "-i", Input, "-o", path, "-r", "[02468]$");
        Assert.True(process.Exit().Wait(Bounded.Limit) && process.ExitCode == 0, process.Text);
        using FileStream file = File.OpenRead(path);
        return (path, TcpprepCache.Read(file));
    }

    internal static List<RewriteFrame> Read(string path, int max)
    {
        List<RewriteFrame> frames = [];
        using CaptureReader reader = CaptureReader.Open(path);
        while (frames.Count < max && reader.TryRead(out CapturedPacket packet))
        {
            if (packet.Interface.LinkType == LinkType.Ethernet && packet.Octets.Length is >= 14 and <= 65_535)
            {
                frames.Add(new($"{Path.GetFileName(path)}#{reader.PacketCount}", packet.Octets.ToArray(), Math.Max(packet.OriginalLength, (uint)packet.Octets.Length)));
            }
        }

        return frames;
    }

    internal static void Write(string path, IEnumerable<RewriteFrame> frames)
    {
        using CaptureWriter writer = CaptureWriter.Create(path, CaptureFormat.Pcap);
        CaptureInterface ethernet = writer.AddInterface(new CaptureInterface { LinkType = LinkType.Ethernet, SnapLength = 262_144, TimestampResolution = 6 });
        long number = 0;
        foreach (RewriteFrame frame in frames)
        {
            writer.Write(new CapturedPacket
            {
                Interface = ethernet, Timestamp = number++ * 1000, Octets = frame.Octets, OriginalLength = frame.OriginalLength, Comments = [],
            });
        }
    }

    // tcprewrite ends at a frame beyond 65,535 octets and at a broken IP header; and what IEEE 802.3 calls a length it takes for IP.
    private static bool IsBearable(RewriteFrame frame) => frame.OriginalLength <= 65_535 && frame.EtherType switch
    {
        < 1536 => false,
        0x0800 => frame.IsIPv4,
        0x86DD => frame.IsIPv6,
        _ => true,
    };

    private List<RewriteFrame> Collect()
    {
        string? folder = CaptureFolder.Find();
        if (folder is null)
        {
            Assert.Skip("no captures: set VSWITCH_CAPTURES to a folder that has some");
        }

        List<RewriteFrame> frames =
        [
            .. from path in Directory.EnumerateFiles(folder, "*.pcap*").Order(StringComparer.Ordinal)
               from frame in Read(path, MaxOfAFile)
               where IsBearable(frame)
               select frame,
        ];
        Write(Input, frames);
        return frames;
    }
}
