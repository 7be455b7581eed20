using System.Collections.Concurrent;
using VSwitch.Captures.Tests.Files;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Tool.Capturing;

namespace VSwitch.Integration.Tests.Captures;

/// <summary><c>vswitch run --keep</c>: the past, when something happens.</summary>
public class KeepTests
{
    [Fact]
    public async Task Kept_OnDemand_HasWhatPassedWithinMemoryAndStays()
    {
        using CaptureLab lab = await CaptureLab.Start("--keep", "60s,memory=1M,snaplen=500");
        await lab.Ping(20, "-i", "0.01", "-s", "1000");
        await Kept(lab, "first.pcapng");
        List<Packet> first = CaptureLab.Read(lab.File("first.pcapng"));
        Assert.Equal(80, first.Count(IsPing));
        Assert.All(first.Where(IsPing), p => Assert.Equal((500, 1042u), (p.Octets.Length / 2, p.OriginalLength)));

        await lab.Ping(2000, "-f", "-s", "1000"); // 8000 times 500 octets and what is known of each
        await Kept(lab, "second.pcapng");
        List<Packet> second = CaptureLab.Read(lab.File("second.pcapng"));
        Assert.InRange(second.Sum(p => p.Octets.Length / 2), 500_000, 1 << 20);
        Assert.Equal(second.Count, await CaptureLab.Capinfos(lab.File("second.pcapng")));
        Assert.All(second, p => Assert.Equal(0ul, p.DropCount));
    }

    [Fact]
    public async Task Kept_Time_OldFramesAreForgotten()
    {
        using CaptureLab lab = await CaptureLab.Start("--keep", "1s");
        await lab.Ping(30, "-i", "0.1");
        await Kept(lab, "a.pcapng");
        List<Packet> packets = CaptureLab.Read(lab.File("a.pcapng"));
        Assert.InRange(packets.Count(IsPing), 0, 119); // none, where something else came a second after the last
        Assert.InRange(packets[^1].Timestamp!.Value - packets[0].Timestamp!.Value, 0, 1_000_000_000);
    }

    [Fact]
    public async Task Keep_DropReason_WritesWhatWasBeforeAndWhatCameAfterOnce()
    {
        using KeepFolder folder = new();
        using CaptureLab lab = await CaptureLab.Start("--keep", $"60s,on=InvalidSource,after=500ms,dir={folder.Path}", "--name", "lab");
        await lab.Ping(5, "-i", "0.01");
        Assert.Empty(folder.Files);
        using PacketSocket socket = lab.Lab.A.Packets();
        socket.Send(Bad(lab));
        await lab.Ping(3, "-i", "0.01");
        await lab.Switch.ErrorLine("InvalidSource@");
        socket.Send(Bad(lab)); // within the time that the file tells of
        string file = Assert.Single(folder.Files);
        Assert.Matches(@"^lab-\d{8}T\d{6}\.\d{3}Z-InvalidSource@.*\.pcapng$", Path.GetFileName(file));
        List<Packet> packets = CaptureLab.Read(file);
        Assert.Equal(32, packets.Count(IsPing));
        Assert.StartsWith("dropped: InvalidSource", Assert.Single(packets, p => p.Comments.Length > 0).Comments, StringComparison.Ordinal);
        Assert.Contains($"the last {packets.Count} frames are in {file}", lab.Switch.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_PortDown_WritesUntilThereAreAsManyFilesAsAskedFor()
    {
        using KeepFolder folder = new();
        using CaptureLab lab = await CaptureLab.Start("--keep", $"1s,on=port-down,after=0s,files=1,dir={folder.Path}");
        await lab.Ping(5, "-i", "0.01");
        lab.Lab.B.SetTapUp(false);
        await lab.Switch.ErrorLine("port-down@");
        Assert.Equal(20, CaptureLab.Read(Assert.Single(folder.Files)).Count(IsPing));
        await Bounded.Until(
            () =>
            {
                lab.Lab.B.SetTapUp(true); // again and again: for the second that the file tells of, nothing is said
                lab.Lab.B.SetTapUp(false);
                return lab.Switch.Errors.Any(l => l.Contains("not written: there are 1 files already", StringComparison.Ordinal));
            },
            "the second is refused");
        Assert.Single(folder.Files);
    }

    [Theory]
    [Trait("Fault", "69")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keep_NameThatIsThere_IsNeverWrittenThrough(bool isLink)
    {
        using KeepFolder folder = new();
        using KeepFolder elsewhere = new();
        TestSwitch test = new(2, new SwitchOptions { Name = "lab" }); // its time stands still, so that the name can be foreseen
        string file = Path.Combine(folder.Path, $"lab-{test.Time.GetUtcNow():yyyyMMdd'T'HHmmss.fff'Z'}-Runt@p0.a.pcapng");
        string precious = isLink ? Path.Combine(elsewhere.Path, "precious") : file;
        await File.WriteAllTextAsync(precious, "precious", TestContext.Current.CancellationToken);
        if (isLink)
        {
            File.CreateSymbolicLink(file, precious);
        }

        ConcurrentQueue<string> said = new();
        KeepOptions options = new() { Time = TimeSpan.FromSeconds(10), After = TimeSpan.Zero, Folder = folder.Path, Drops = new HashSet<DropReason> { DropReason.Runt } };
        using FlightRecorder recorder = new(test.Switch, options, test.Time, said.Enqueue);
        test.Send(0, [1, 2, 3]);
        await Bounded.Until(() => !said.IsEmpty, "it is said");
        Assert.Matches("^Runt@p0.a: .*can't be written: .* already exists$", Assert.Single(said));
        Assert.Equal("precious", await File.ReadAllTextAsync(precious, TestContext.Current.CancellationToken));
        Assert.Equal(file, Assert.Single(folder.Files));
    }

    [Fact]
    [Trait("Fault", "78")]
    public async Task Keep_DiskFull_IsSaidAndTheFileIsWholeAndTheSwitchGoesOn()
    {
        await using SmallDisk disk = await SmallDisk.Mount();
        using CaptureLab lab = await CaptureLab.Start("--keep", $"60s,on=InvalidSource,after=0s,dir={disk.Path}");
        await lab.Ping(500, "-f", "-s", "1400");
        using PacketSocket socket = lab.Lab.A.Packets();
        socket.Send(Bad(lab));
        await lab.Switch.ErrorLine("No space left");
        string file = Assert.Single(Directory.GetFiles(disk.Path));
        List<Packet> packets = CaptureLab.Read(file);
        Assert.NotEmpty(packets);
        Assert.Equal(packets.Count, await CaptureLab.Capinfos(file));
        await lab.Ping(1);
        await Kept(lab, "whole.pcapng");
        Assert.Equal(4 * 501, CaptureLab.Read(lab.File("whole.pcapng")).Count(IsPing));
    }

    private static async Task Kept(CaptureLab lab, string name)
    {
        LabProcess kept = await lab.Lab.Ask("capture", "--kept", "-w", lab.File(name));
        Assert.True(kept.ExitCode == 0, kept.Text);
    }

    private static byte[] Bad(CaptureLab lab) => new FrameBuilder().From("01:00:00:00:00:01").To(lab.Lab.B.Mac).Build();

    private static bool IsPing(Packet packet) => packet.Octets.AsSpan(24, 4) is "0800" && packet.Octets.AsSpan(46, 2) is "01" && packet.OriginalLength > 42;

    private sealed class KeepFolder : IDisposable
    {
        internal string Path { get; } = Directory.CreateTempSubdirectory("vst-keep-").FullName;

        internal string[] Files => Directory.GetFiles(Path);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
