using VSwitch.Captures.Files;
using VSwitch.Captures.Replaying;
using VSwitch.Frames;

namespace VSwitch.Captures.Tests.Replaying;

/// <summary>Captures in memory, a target that keeps what it is given, and a clock that takes no time.</summary>
internal static class ReplayFixture
{
    internal static ReplaySource Capture(params (long? Time, byte[] Octets)[] packets) => Capture(LinkType.Ethernet, packets);

    internal static ReplaySource Capture(LinkType linkType, params (long? Time, byte[] Octets)[] packets)
    {
        using var file = new MemoryStream();
        using (CaptureWriter writer = CaptureWriter.Create(file, CaptureFormat.Pcapng, leaveOpen: true))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface { LinkType = linkType });
            foreach ((long? time, byte[] octets) in packets)
            {
                writer.Write(new CapturedPacket { Interface = at, Timestamp = time, Octets = octets, OriginalLength = (uint)octets.Length, Comments = [] });
            }
        }

        byte[] all = file.ToArray();
        return new("memory", () => CaptureReader.Open(new MemoryStream(all)));
    }

    internal static (long? Time, byte[] Octets)[] Numbered(int count, int length = 60) =>
        [.. Enumerable.Range(0, count).Select(i => ((long?)(i * 1000L), Frame(i, length)))];

    internal static byte[] Frame(int number, int length = 60)
    {
        byte[] frame = new byte[length];
        BitConverter.TryWriteBytes(frame.AsSpan(14), number);
        frame[12] = 0x88;
        frame[13] = 0xB5;
        return frame;
    }

    internal static ReplayReport Run(IReplayTarget target, ReplaySchedule schedule, ReplayOptions? options = null, params ReplaySource[] sources) =>
        new Replayer(sources, [target], schedule, new VirtualReplayClock(), options ?? new()).Run(TestContext.Current.CancellationToken);

    /// <summary>Takes frames; refuses those that it is told to.</summary>
    internal sealed class Target(int mtu = 1500) : IReplayTarget
    {
        internal List<(byte[] Octets, long Due)> Frames { get; } = [];

        internal List<int> Bursts { get; } = [];

        /// <summary>Asked for each frame: why it is refused.</summary>
        internal Func<byte[], DropReason> Refuses { get; init; } = _ => DropReason.None;

        internal int Waits { get; private set; }

        public string Name => "target";

        public int Mtu => mtu;

        public string? Ended { get; set; }

        public int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal)
        {
            Bursts.Add(frames.Length);
            for (int i = 0; i < frames.Length; i++)
            {
                byte[] octets = memory.Slice(frames[i].Offset, frames[i].Length).ToArray();
                refusal = Refuses(octets);
                if (refusal != DropReason.None)
                {
                    return i;
                }

                Frames.Add((octets, frames[i].Due));
            }

            refusal = DropReason.None;
            return frames.Length;
        }

        public void WaitForRoom(CancellationToken cancellationToken) => Waits++;
    }
}
