using VSwitch.Captures.Tests.Files;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Captures under load: whoever does not read loses frames, never the traffic.</summary>
[Collection(Collections.Heavy)]
public class CaptureLoadTests
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    [Fact]
    public async Task Capture_ClientThatStandsStill_LosesFramesThatAreCountedAndTheTrafficDoesNot()
    {
        CaptureLab.RequireFilters();
        const int pings = 3000;
        using CaptureLab lab = await CaptureLab.Start();
        string file = lab.File("a.pcapng");
        LabProcess capture = await lab.Capture("-w", file, "-B", "256", "icmp");
        await lab.Ping(10, "-i", "0.01");
        capture.Signal(SigStop);
        await lab.Ping(pings, "-f", "-s", "1400");
        await lab.Ping(14, "-i", "0.5"); // longer than a web server is patient with one who does not read
        capture.Signal(SigCont);
        await lab.Ping(10, "-i", "0.1");
        await Bounded.Until(() => CaptureLab.Growing(file).Sum(p => (long)p.DropCount + 1) >= 4 * (pings + 34), "all are told");
        await CaptureLab.Stop(capture);

        List<Packet> packets = CaptureLab.Read(file);
        long lost = packets.Sum(p => (long)p.DropCount);
        Assert.True(lost > 0, "nothing was lost: the client was not too slow");
        Assert.Equal(4 * (pings + 34), packets.Count + lost);
        Assert.Equal($"vswitch: {packets.Count} packets captured, {lost} lost because this end was too slow", capture.Errors[^1]);
    }

    [Fact]
    public async Task Capture_SuperFrames_AreMarkedAndNoChecksumIsUnfinished()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        string file = lab.File("a.pcapng");
        LabProcess capture = await lab.Capture("-w", file, "tcp");
        await using (TcpFlow flow = await TcpFlow.Start(lab.Lab.A, lab.Lab.B, limit: 4 << 20))
        {
            await flow.Finish();
        }

        await Bounded.Until(() => CaptureLab.Growing(file).Any(IsSuper), "a super-frame is written");
        await CaptureLab.Stop(capture);
        List<Packet> packets = CaptureLab.Read(file);
        Assert.Equal(packets.Count, await CaptureLab.Capinfos(file));
        Assert.All(packets.Where(IsSuper), p => Assert.True(p.OriginalLength > 1514));
        Assert.NotEmpty(await CaptureLab.Tshark(file, "-o", "tcp.check_checksum:TRUE", "-Y", "tcp.checksum.status == 1 && tcp.len > 0"));
        Assert.Empty(await CaptureLab.Tshark(file, "-o", "tcp.check_checksum:TRUE", "-Y", "tcp.checksum.status == 0"));
    }

    private static bool IsSuper(Packet packet) => packet.Comments.StartsWith("super-frame, to be cut every ", StringComparison.Ordinal);
}
