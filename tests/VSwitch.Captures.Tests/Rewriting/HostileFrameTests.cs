using VSwitch.Captures.Rewriting;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Captures.Tests.Rewriting;

/// <summary>Octets may be anything: nothing throws, and nothing behind the frame is touched.</summary>
public sealed class HostileFrameTests
{
    private const byte Guard = 0xA5;
    private const int Room = 128;

    /// <summary>Options that reach every line of the rewriter.</summary>
    internal static readonly RewriteOptions[] Everything =
    [
        new()
        {
            Vlan = new() { Kind = VlanEditKind.Add, Vlan = new(7), Protocol = EtherType.ServiceVlan }, MacSeed = 3, AddressSeed = 4, PortMaps = [new(0, 65535, 9)],
            Ttl = new(TtlChangeKind.Raise, 200), TypeOfService = 1, TrafficClass = 2, FlowLabel = 3, FixChecksums = true, TruncateToMtu = true, MtuOctets = 100,
        },
        new() { Vlan = new() { Kind = VlanEditKind.Delete }, Maps = [Map("0.0.0.0/0", "11.0.0.0/8"), Map("::/0", "2001:db8::/32")], RemoveFcs = true, PadOctets = 60, FixLength = LengthRepair.Truncate },
        new() { Vlan = new() { Kind = VlanEditKind.Change, Map = [(new(1), new(2))] }, UniqueAddresses = true, FixLength = LengthRepair.Pad, FuzzSeed = 5, FuzzFactor = 1 },
    ];

    [Fact]
    public void Rewrite_RandomOctets_StaysInTheFrame()
    {
        var random = new Random(20_260_101);
        FrameRewriter[] rewriters = [.. Everything.Select(o => new FrameRewriter(o))];
        ReadOnlySpan<byte> types = [0x08, 0x00, 0x86, 0xDD, 0x08, 0x06, 0x81, 0x00, 0x88, 0xA8];
        for (int i = 0; i < 60_000; i++)
        {
            byte[] frame = new byte[random.Next(0, 200)];
            random.NextBytes(frame);
            int at = 12;
            for (int tags = random.Next(0, 4); tags >= 0 && at + 2 <= frame.Length; tags--, at += 4)
            {
                types.Slice(random.Next(types.Length / 2) * 2, 2).CopyTo(frame.AsSpan(at));
            }

            if (at - 2 < frame.Length && at > 12)
            {
                frame[at - 2] = (byte)(random.Next(2) == 0 ? 0x45 + random.Next(4) : 0x60);
            }

            Array.ForEach(rewriters, r => Check(rewriters, r, frame, (uint)random.Next(0, 300)));
        }
    }

    [Fact]
    public void Rewrite_RealFramesOfEveryLength_StaysInTheFrame()
    {
        if (CaptureFolder.Find() is not { } folder)
        {
            Assert.Skip("no captures: set VSWITCH_CAPTURES to a folder that has some");
            return;
        }

        FrameRewriter[] rewriters = [.. Everything.Select(o => new FrameRewriter(o))];
        var seen = new HashSet<string>();
        foreach ((string file, int number, Frames.LinkLayer link, byte[] packet) in CaptureFolder.Packets(folder))
        {
            if (link != Frames.LinkLayer.Ethernet || number > 3 || packet.Length > 2000)
            {
                continue;
            }

            for (int length = 0; length <= Math.Min(packet.Length, 160); length++)
            {
                Array.ForEach(rewriters, r => Check(rewriters, r, packet[..length], (uint)packet.Length));
            }

            seen.Add(file);
        }

        Assert.True(seen.Count > 10, "too few captures");
    }

    private static void Check(FrameRewriter[] rewriters, FrameRewriter rewriter, byte[] frame, uint originalLength)
    {
        byte[] buffer = new byte[frame.Length + Room + 64];
        buffer.AsSpan().Fill(Guard);
        frame.CopyTo(buffer, 0);
        RewrittenFrame result = rewriter.Rewrite(buffer.AsSpan(0, frame.Length + Room), frame.Length, originalLength, RewriteSide.Secondary, 7);
        Assert.InRange(result.Length, 0, frame.Length + Room);
        Assert.Equal(-1, buffer.AsSpan(frame.Length + Room).IndexOfAnyExcept(Guard));
        if (rewriter != rewriters[^1])
        {
            // No more than a tag and the padding to 60; only the last one pads to what a packet claims, spoils that, and cuts it off again.
            Assert.Equal(-1, buffer.AsSpan(Math.Max(frame.Length + 4, 60)..).IndexOfAnyExcept(Guard, (byte)0));
        }

        Assert.True(result.OriginalLength >= result.Length || result.Outcome == RewriteOutcome.Deleted);
    }

    private static AddressMap Map(string from, string to) => new(IpPrefix.Parse(from), IpPrefix.Parse(to));
}
