using VSwitch.Captures.Files;
using VSwitch.Captures.Tests.Files;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Ports of capture files: <c>--port pcap:FILE,out=FILE</c>.</summary>
public class PcapPortTests
{
    [Fact]
    public async Task In_FileOfAStation_ReachesTheOtherStations()
    {
        string folder = Directory.CreateTempSubdirectory("vst-pcap-").FullName;
        string file = Path.Combine(folder, "in.pcapng");
        try
        {
            WriteFrames(file, 50);
            using CaptureLab lab = await CaptureLab.Start("--port", $"pcap:{file},loop=0,pps=200,name=files");
            string captured = lab.File("a.pcapng");
            LabProcess capture = await lab.Capture("-w", captured, "-i", lab.A, "-Q", "out", "--vlan", "1");
            await Bounded.Until(() => CaptureLab.Count(captured) >= 120, "it goes round and round");
            await CaptureLab.Stop(capture);
            lab.Switch.Signal(LabProcess.SigTerm);
            Assert.True(await lab.Switch.Exit() == 0, lab.Switch.Text);
            Assert.Matches(@"^vswitch: port files: (\d+) of \1 frames came in$", Assert.Single(lab.Switch.Errors));
            int[] numbers = [.. CaptureLab.Read(captured).Where(p => p.Octets.AsSpan(24, 4) is "88B5").Select(p => (int)Convert.FromHexString(p.Octets)[14])];
            Assert.InRange(numbers.Length, 100, int.MaxValue);
            Assert.Equal(Enumerable.Range(numbers[0], numbers.Length).Select(i => i % 50), numbers);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Out_Floods_AreWrittenWhenTheSwitchEnds()
    {
        string file = Path.Combine(Path.GetTempPath(), $"vst-out-{Guid.NewGuid():N}.pcapng");
        try
        {
            using CaptureLab lab = await CaptureLab.Start("--port", $"pcap:,out={file},name=sink");
            using PacketSocket socket = lab.Lab.A.Packets();
            for (int i = 0; i < 100; i++)
            {
                socket.Send(Numbered(i));
            }

            await Bounded.Until(() => CaptureLab.Growing(file).Count(IsOurs) == 100, "all are written, while the switch runs");
            lab.Switch.Signal(LabProcess.SigTerm);
            Assert.True(await lab.Switch.Exit() == 0, lab.Switch.Text);
            List<Packet> packets = CaptureLab.Read(file);
            Assert.Equal(Enumerable.Range(0, 100).Select(i => Convert.ToHexString(Numbered(i))), packets.Where(IsOurs).Select(p => p.Octets));
            Assert.Equal(packets.Count, await CaptureLab.Capinfos(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    [Trait("Fault", "78")]
    public async Task Out_DiskFull_IsSaidOnceAndTheFileIsWholeAndTheSwitchGoesOn()
    {
        await using SmallDisk disk = await SmallDisk.Mount();
        string file = disk.File("out.pcapng");
        using CaptureLab lab = await CaptureLab.Start("--port", $"pcap:,out={file},name=sink");
        using PacketSocket socket = lab.Lab.A.Packets();
        byte[] frame = new FrameBuilder().From(lab.Lab.A.Mac).To("ff:ff:ff:ff:ff:ff").Payload(new byte[1400]).Build();
        await Bounded.Until(
            () =>
            {
                socket.TrySend(frame);
                return lab.Switch.Errors.Count > 0;
            },
            "the disk is full");
        Assert.StartsWith("vswitch: warning: port sink: No space left on device", Assert.Single(lab.Switch.Errors), StringComparison.Ordinal);
        await lab.Ping(100, "-f");
        List<Packet> packets = CaptureLab.Read(file);
        Assert.NotEmpty(packets);
        Assert.Equal(packets.Count, await CaptureLab.Capinfos(file));
        lab.Switch.Signal(LabProcess.SigTerm);
        Assert.True(await lab.Switch.Exit() == 0, lab.Switch.Text);
        Assert.Single(lab.Switch.Errors);
    }

    [Theory]
    [InlineData("files are missing", "pcap:")]
    [InlineData("is not a file that is there", "pcap:/nowhere/x.pcap")]
    [InlineData("/nowhere", "pcap:,out=/nowhere/x.pcap")]
    [InlineData("pps 'fast' is not a number", "pcap:/dev/null,pps=fast")]
    [InlineData("packets '0'", "pcap:/dev/null,packets=0")]
    public async Task Port_ThatCannotBe_IsRefusedInOneLine(string problem, string port)
    {
        using Command.VSwitchCommand command = new(rootless: true);
        LabProcess run = await command.Finish("run", "--port", port);
        Assert.True(run.ExitCode == 2, run.Text);
        Assert.Contains(problem, Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    private static byte[] Numbered(int number) => new FrameBuilder().From("02:00:00:00:07:07").To("02:00:00:00:09:09").Payload([(byte)number, .. new byte[45]]).Build();

    private static bool IsOurs(Packet packet) => packet.Octets.AsSpan(24, 4) is "88B5";

    private static void WriteFrames(string path, int count)
    {
        using CaptureWriter writer = CaptureWriter.Create(path);
        CaptureInterface at = writer.AddInterface(new CaptureInterface());
        for (int i = 0; i < count; i++)
        {
            byte[] octets = Numbered(i);
            writer.Write(new CapturedPacket { Interface = at, Timestamp = i, Octets = octets, OriginalLength = (uint)octets.Length, Comments = [] });
        }
    }
}
