using System.Globalization;
using VSwitch.Captures.Tests.Files;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Disks that are full, and processes that are killed: what was written can be read.</summary>
[Collection(Collections.Heavy)]
public class CaptureFaultTests
{
    private const int SigKill = 9;
    private const int Victims = 5; // at once
    private const int RoundsOnEachBuild = 2;
    private const int RoundsOfALongRun = 20;
    private const long Second = 1_000_000_000;

    [Fact]
    [Trait("Fault", "78")]
    public async Task Capture_DiskFull_EndsWithOneLineAndAFileThatIsWholeAndOthersGoOn()
    {
        CaptureLab.RequireFilters();
        await using SmallDisk disk = await SmallDisk.Mount();
        await using SmallDisk second = await SmallDisk.Mount();
        using CaptureLab lab = await CaptureLab.Start();
        string full = disk.File("full.pcapng");
        LabProcess capture = await lab.Capture("-w", full, "icmp");
        LabProcess classic = await lab.Capture("-w", second.File("full.pcap"), "icmp");
        LabProcess other = await lab.Capture("-w", lab.File("other.pcapng"), "icmp");
        await lab.Ping(500, "-f", "-s", "1400");
        foreach ((LabProcess ended, string file) in new[] { (capture, full), (classic, second.File("full.pcap")) })
        {
            Assert.True(await ended.Exit() == 1, ended.Text);
            Assert.Contains("No space left", Assert.Single(ended.Errors, l => l.Contains("ended", StringComparison.Ordinal)), StringComparison.Ordinal);
            List<Packet> packets = CaptureLab.Read(file);
            Assert.NotEmpty(packets);
            Assert.Equal(packets.Count, await CaptureLab.Capinfos(file));
            Assert.Contains(ended.Errors, l => l.StartsWith($"vswitch: {packets.Count} packets captured", StringComparison.Ordinal));
        }

        await lab.Ping(1);
        Assert.Equal(4 * 501, (await CaptureLab.Finish(other, lab.File("other.pcapng"), 4 * 501)).Count);
        Assert.False(lab.Switch.HasExited, lab.Switch.Text);
    }

    [Fact]
    [Trait("Fault", "79")]
    public async Task Capture_Killed_HasAllThatIsOlderThanASecond()
    {
        using CaptureLab lab = await CaptureLab.Start();
        string reference = lab.File("reference.pcapng");
        LabProcess witness = await lab.Capture("-w", reference);
        using LabProcess ping = lab.StartPing("-i", "0.002", "-s", "500");
        int rounds = Environment.GetEnvironmentVariable("VSWITCH_STRESS_SECONDS") is null ? RoundsOnEachBuild : RoundsOfALongRun;
        for (int round = 0; round < rounds; round++)
        {
            List<(LabProcess Process, string File, long Begun, long Killed)> victims = [];
            for (int i = 0; i < Victims; i++)
            {
                string file = lab.File(string.Create(CultureInfo.InvariantCulture, $"victim{round}-{i}.pcapng"));
                victims.Add((await lab.Capture("-w", file), file, Now(), 0));
            }

            for (int i = 0; i < Victims; i++)
            {
                long due = victims[i].Begun + (Second * 3 / 2);
                await Bounded.Until(() => Now() >= due && CaptureLab.Count(victims[i].File) > 0, "there is something older than a second");
                victims[i] = victims[i] with { Killed = Now() };
                victims[i].Process.Signal(SigKill);
                await victims[i].Process.Exit();
            }

            await Bounded.Until(() => CaptureLab.Growing(reference)[^1].Timestamp > victims[^1].Killed, "the other capture is beyond that");
            List<Packet> all = CaptureLab.Growing(reference);
            foreach ((_, string file, long begun, long killed) in victims)
            {
                string[] due = [.. all.Where(p => p.Timestamp > begun && p.Timestamp < killed - Second).Select(Identity)];
                Assert.NotEmpty(due);
                Assert.Empty(due.Except(CaptureLab.Growing(file).Select(Identity))); // a write that the kernel broke off may be at its end
            }
        }

        await CaptureLab.Stop(witness);
    }

    [Fact]
    [Trait("Fault", "79")]
    public async Task Switch_Killed_CapturesSayItAndAreWhole()
    {
        CaptureLab.RequireFilters();
        using CaptureLab lab = await CaptureLab.Start();
        LabProcess capture = await lab.Capture("-w", lab.File("a.pcapng"), "icmp");
        await lab.Ping(100, "-f");
        await Bounded.Until(() => CaptureLab.Count(lab.File("a.pcapng")) == 400, "all is written");
        lab.Switch.Signal(SigKill);
        Assert.True(await capture.Exit() == 1, capture.Text);
        Assert.Equal("vswitch: the capture ended: the switch has gone; what came until then is written", capture.Errors[^1]);
        Assert.Equal(400, CaptureLab.Read(lab.File("a.pcapng")).Count);
    }

    private static long Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string Identity(Packet packet) => $"{packet.Id} {packet.Interface.Name} {packet.Direction}";
}
