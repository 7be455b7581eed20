using VSwitch.Captures.Files;
using VSwitch.Captures.Tests.Files;
using VSwitch.Integration.Tests.Command;

namespace VSwitch.Integration.Tests.Captures;

/// <summary><c>vswitch capture</c> as a user of tcpdump uses it.</summary>
public class CaptureTests
{
    [Fact]
    public async Task Capture_TwoPings_BothPortsInOneOrderAsTsharkReadsIt()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        string file = lab.File("a.pcapng");
        LabProcess capture = await lab.Capture("-w", file, "icmp");
        await lab.Ping(1);
        await lab.Ping(1); // one after the other, each frame is a burst of its own
        List<Packet> packets = await CaptureLab.Finish(capture, file, 8);

        Assert.Equal(
            Enumerable.Repeat(new[] { $"{lab.A} Inbound", $"{lab.B} Outbound", $"{lab.B} Inbound", $"{lab.A} Outbound" }, 2).SelectMany(p => p),
            packets.Select(p => $"{p.Interface.Name} {p.Direction}"));
        Assert.Equal([2, 2, 2, 2], packets.CountBy(p => p.Id!.Value).Select(c => c.Value));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal((packets[2 * i].Id, packets[2 * i].Octets), (packets[(2 * i) + 1].Id, packets[(2 * i) + 1].Octets)));
        Assert.Equal(packets.Select(p => p.Timestamp).Order(), packets.Select(p => p.Timestamp));
        Assert.Equal(["vswitch: 8 packets captured, 0 lost because this end was too slow"], capture.Errors.Skip(1));
        Assert.Equal(8, await CaptureLab.Capinfos(file));
        Assert.Equal(
            [$"{lab.A}\t8\t1", $"{lab.B}\t8\t1", $"{lab.B}\t0\t1", $"{lab.A}\t0\t1", $"{lab.A}\t8\t1", $"{lab.B}\t8\t1", $"{lab.B}\t0\t1", $"{lab.A}\t0\t1"],
            await CaptureLab.Tshark(file, "-T", "fields", "-e", "frame.interface_name", "-e", "icmp.type", "-e", "icmp.seq"));
    }

    [Fact]
    public async Task Capture_ManyAtOnce_EachHasWhatItAskedFor()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        (string Name, string[] Arguments, int Packets)[] wishes =
        [
            ("in.pcapng", ["-Q", "in", "icmp"], 6),
            ("out.pcapng", ["-Q", "out", "icmp"], 6),
            ("port.pcapng", ["-i", lab.A, "icmp"], 6),
            ("request.pcap", ["icmp[icmptype] == icmp-echo"], 6),
            ("vlan1.pcapng", ["--vlan", "1", "icmp"], 12),
            ("vlan2.pcapng", ["--vlan", "2", "icmp"], 0),
            ("short.pcapng", ["-s", "60", "icmp"], 12),
            ("three.pcapng", ["-c", "3", "icmp"], 3),
        ];
        List<LabProcess> captures = [];
        foreach ((string name, string[] arguments, _) in wishes)
        {
            captures.Add(await lab.Capture(["-w", lab.File(name), .. arguments]));
        }

        LabProcess ninth = await lab.Lab.Ask("capture", "-w", lab.File("ninth.pcapng"));
        Assert.True(ninth.ExitCode == 2, ninth.Text);
        Assert.Equal("vswitch: 8 others capture already: wait until one has ended", Assert.Single(ninth.Errors));
        Assert.False(File.Exists(lab.File("ninth.pcapng")));

        await lab.Ping(3, "-i", "0.01");
        Assert.True(await captures[^1].Exit() == 0, captures[^1].Text);
        for (int i = 0; i < wishes.Length - 1; i++)
        {
            Assert.Equal(wishes[i].Packets, (await CaptureLab.Finish(captures[i], lab.File(wishes[i].Name), wishes[i].Packets)).Count);
        }

        Assert.Equal(3, CaptureLab.Read(lab.File("three.pcapng")).Count);
        Assert.All(CaptureLab.Read(lab.File("in.pcapng")), p => Assert.Equal(PacketDirection.Inbound, p.Direction));
        Assert.All(CaptureLab.Read(lab.File("out.pcapng")), p => Assert.Equal(PacketDirection.Outbound, p.Direction));
        Assert.All(CaptureLab.Read(lab.File("port.pcapng")), p => Assert.Equal(lab.A, p.Interface.Name));
        Assert.All(CaptureLab.Read(lab.File("short.pcapng")), p => Assert.Equal((60, 98u), (p.Octets.Length / 2, p.OriginalLength)));
        using CaptureReader classic = CaptureReader.Open(lab.File("request.pcap"));
        Assert.Equal(CaptureFormat.NanosecondPcap, classic.Format);
        Assert.Equal(6, await CaptureLab.Capinfos(lab.File("request.pcap")));
        Assert.Equal(0, await CaptureLab.Capinfos(lab.File("vlan2.pcapng")));
    }

    [Fact]
    public async Task Capture_Dropped_OnlyThoseWithTheReason()
    {
        using CaptureLab lab = await CaptureLab.Start();
        string file = lab.File("dropped.pcapng");
        LabProcess capture = await lab.Capture("-w", file, "--dropped");
        await lab.Ping(2, "-i", "0.01");
        using PacketSocket socket = lab.Lab.A.Packets();
        socket.Send(new TestKit.FrameBuilder().From("01:00:00:00:00:01").To(lab.Lab.B.Mac).Build());
        Packet packet = Assert.Single(await CaptureLab.Finish(capture, file, 1));
        Assert.StartsWith("dropped: InvalidSource: ", packet.Comments, StringComparison.Ordinal);
        Assert.Contains("InvalidSource", Assert.Single(await CaptureLab.Tshark(file, "-T", "fields", "-e", "frame.comment")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capture_StandardOutput_IsReadByTcpdumpAndEndsWithIt()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        string script = $"'{VSwitchCommand.Path}' capture --control '{lab.Lab.Socket}' -w - icmp | '{Programs.Tcpdump}' -n -l -c 2 -r -; echo \"exit ${{PIPESTATUS[0]}}\"";
        using LabProcess pipe = LabProcess.Start(null, "bash", "-c", script);
        await Bounded.Until(() => pipe.Errors.Any(l => l.Contains("capturing to -", StringComparison.Ordinal)), "it captures");
        using LabProcess ping = lab.StartPing("-i", "0.1"); // it is the next packet that finds the pipe closed
        Assert.True(await pipe.Exit() == 0, pipe.Text);
        Assert.Equal(2, pipe.Output.Count(l => l.Contains("ICMP echo request", StringComparison.Ordinal)));
        Assert.Equal("exit 0", pipe.Output[^1]);
    }

    [Fact]
    public async Task Capture_NoPackets_IsAFileWithThePortsThatTcpdumpOpens()
    {
        using CaptureLab lab = await CaptureLab.Start();
        string file = lab.File("empty.pcapng");
        LabProcess capture = await lab.Capture("-w", file, "--vlan", "7");
        await lab.Ping(1);
        await Bounded.Until(() => Ports(file).Count == 2, "the ports are in the file, though it has no packets");
        await CaptureLab.Stop(capture);
        Assert.Equal([lab.A, lab.B], Ports(file));
        using LabProcess tcpdump = LabProcess.Start(null, Programs.Tcpdump, "-r", file);
        Assert.True(await tcpdump.Exit() == 0, tcpdump.Text);
    }

    [Fact]
    public async Task Capture_ByTimeAndSize_FilesAreWholeByThemselves()
    {
        using CaptureLab lab = await CaptureLab.Start();
        LabProcess capture = await lab.Capture("-w", lab.File("a"), "-C", "4k", "-W", "3", "-c", "400");
        LabProcess timed = await lab.Capture("-w", lab.File("t-%s"), "-G", "1", "-W", "2");
        using LabProcess ping = lab.StartPing("-i", "0.05", "-s", "1000");
        Assert.True(await timed.Exit() == 0, timed.Text);
        Assert.Equal(2, Directory.GetFiles(lab.Folder, "t-*").Length);
        Assert.All(Directory.GetFiles(lab.Folder, "t-*"), f => Assert.NotEmpty(CaptureLab.Read(f)));
        await CaptureLab.Stop(capture);
        string[] files = [.. Directory.GetFiles(lab.Folder, "a*").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["a0", "a1", "a2"], files);
        Assert.All(files, f => Assert.InRange(CaptureLab.Read(lab.File(f)).Count, 0, 5));
    }

    [Fact]
    public async Task Capture_TunPort_HasRawLinkTypeAndClassicPcapTakesItAlone()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start("--port", "tun:vt0,address=10.88.0.77/24");
        string file = lab.File("a.pcapng");
        LabProcess capture = await lab.Capture("-w", file, "icmp");
        LabProcess classic = await lab.Capture("-w", lab.File("tun.pcap"), "-i", "vt0", "icmp");
        LabProcess mixed = await lab.Capture("-w", lab.File("mixed.pcap"), "icmp");
        using LabProcess ping = LabProcess.Start(lab.Lab.A.Namespace, Programs.Ping, "-n", "-c", "1", "-W", "20", "10.88.0.77");
        Assert.True(await ping.Exit() == 0, ping.Text);
        List<Packet> packets = await CaptureLab.Finish(capture, file, 4);
        Assert.Equal([LinkType.Ethernet, LinkType.Raw, LinkType.Raw, LinkType.Ethernet], packets.Select(p => p.Interface.LinkType));
        Assert.StartsWith("45", packets[1].Octets, StringComparison.Ordinal);
        Assert.Equal(["8", "8", "0", "0"], await CaptureLab.Tshark(file, "-T", "fields", "-e", "icmp.type"));
        Assert.Equal(2, (await CaptureLab.Finish(classic, lab.File("tun.pcap"), 2)).Count);
        Assert.Equal(["8", "0"], await CaptureLab.Tshark(lab.File("tun.pcap"), "-T", "fields", "-e", "icmp.type"));
        Assert.True(await mixed.Exit() == 1, mixed.Text);
        Assert.Contains("write pcapng", mixed.Errors[^1], StringComparison.Ordinal);
        Assert.Single(CaptureLab.Read(lab.File("mixed.pcap")));
    }

    [Fact]
    public async Task Capture_ThatTheSwitchRefuses_EndsInOneLineAndMakesNoFile()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        foreach ((string problem, string[] arguments) in new (string, string[])[]
        {
            ("filter 'foo bar'", ["foo", "bar"]),
            ("vlans '0'", ["--vlan", "0"]),
            ("keeps no frames: start it with --keep", ["--kept"]),
        })
        {
            LabProcess capture = await lab.Lab.Ask(["capture", "-w", lab.File("x"), .. arguments]);
            Assert.True(capture.ExitCode == 2, capture.Text);
            Assert.Contains(problem, Assert.Single(capture.Errors), StringComparison.Ordinal);
        }

        LabProcess nowhere = await lab.Lab.Ask("capture", "-w", "/nowhere/x.pcapng");
        Assert.True(nowhere.ExitCode == 2, nowhere.Text);
        Assert.StartsWith("vswitch: /nowhere/x.pcapng can't be written: ", Assert.Single(nowhere.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(lab.File("x")));
    }

    [Theory]
    [InlineData("-Q 'sideways'", "-w", "x", "-Q", "sideways")]
    [InlineData("-s '0'", "-w", "x", "-s", "0")]
    [InlineData("-c 'many'", "-w", "x", "-c", "many")]
    [InlineData("-B '1'", "-w", "x", "-B", "1")]
    [InlineData("-C '3q'", "-w", "x", "-C", "3q")]
    [InlineData("-W is how many", "-w", "x", "-W", "3")]
    [InlineData("put a time into it", "-w", "x", "-G", "3")]
    [InlineData("-w - is a pipe", "-w", "-", "-C", "3")]
    [InlineData("no switch is running at", "-w", "x")]
    [InlineData("'-w' is required", "icmp")]
    public async Task Capture_OptionsThatCannotBe_AreRefusedInOneLine(string problem, params string[] arguments)
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess capture = await command.Finish(["capture", "--control", "/nowhere/x.sock", .. arguments]);
        Assert.True(capture.ExitCode == 2, capture.Text);
        Assert.Contains(problem, Assert.Single(capture.Errors), StringComparison.Ordinal);
        Assert.Empty(capture.Output);
    }

    [Fact]
    public async Task Capture_SwitchEnds_FileIsWholeAndNothingIsLostThatWasSeen()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        LabProcess capture = await lab.Capture("-w", lab.File("a.pcapng"), "icmp");
        await lab.Ping(100, "-f");
        lab.Switch.Signal(LabProcess.SigTerm);
        Assert.True(await capture.Exit() == 0, capture.Text);
        Assert.Equal(400, CaptureLab.Read(lab.File("a.pcapng")).Count);
        Assert.True(await lab.Switch.Exit() == 0, lab.Switch.Text);
    }

    private static List<string> Ports(string file)
    {
        using CaptureReader reader = CaptureReader.Open(file);
        Assert.Empty(Packet.All(reader));
        return [.. reader.Interfaces.Select(i => i.Name!)];
    }
}
