using VSwitch.Captures.Files;
using VSwitch.Captures.Replaying;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Replay;

/// <summary>Replays a few frames to nobody, so that all is compiled before the first one is due.</summary>
internal static class ReplayWarmup
{
    internal static void Run()
    {
        using var file = new MemoryStream();
        using (CaptureWriter writer = CaptureWriter.Create(file, CaptureFormat.NanosecondPcap, leaveOpen: true))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface());
            for (int i = 0; i < 3; i++)
            {
                writer.Write(new CapturedPacket { Interface = at, Timestamp = i * 1000, Octets = new byte[60], OriginalLength = 60, Comments = [] });
            }
        }

        byte[] octets = file.ToArray();
        ReplaySource[] sources = [new("", () => CaptureReader.Open(new MemoryStream(octets)))];
        foreach (bool preload in (bool[])[false, true])
        {
            foreach (ReplaySchedule schedule in (ReplaySchedule[])[ReplaySchedule.Original(), ReplaySchedule.PacketRate(1000), ReplaySchedule.BitRate(1)])
            {
                _ = new Replayer(sources, [new NowhereTarget()], schedule, new PacerClock(spins: true), new ReplayOptions { Preload = preload, Limit = preload ? null : 2 })
                    .Run(CancellationToken.None);
            }
        }
    }
}
