using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;

namespace VSwitch.Captures.Tests.Comparing;

/// <summary>Captures in memory, and what a comparison makes of two.</summary>
internal static class Captures
{
    internal const long Start = 1_700_000_000_000_000_000;

    /// <summary>A capture of one Ethernet interface, a packet each millisecond.</summary>
    internal static byte[] Of(params IEnumerable<byte[]> frames) => Write([new CaptureInterface()], frames.Select((f, i) => (0, f, Start + (i * 1_000_000L), f.Length)));

    internal static byte[] Of(LinkType link, params IEnumerable<byte[]> frames) =>
        Write([new CaptureInterface { LinkType = link }], frames.Select((f, i) => (0, f, Start + (i * 1_000_000L), f.Length)));

    internal static byte[] Write(CaptureInterface[] interfaces, IEnumerable<(int Interface, byte[] Octets, long Time, int Original)> packets)
    {
        using MemoryStream stream = new();
        using (CaptureWriter writer = CaptureWriter.Create(stream, leaveOpen: true))
        {
            CaptureInterface[] added = [.. interfaces.Select(writer.AddInterface)];
            foreach ((int at, byte[] octets, long time, int original) in packets)
            {
                writer.Write(new CapturedPacket { Interface = added[at], Octets = octets, Timestamp = time, OriginalLength = (uint)original, Comments = [] });
            }
        }

        return stream.ToArray();
    }

    internal static CaptureComparison Compare(byte[] expected, byte[] actual, ComparisonOptions? options = null, Action<PacketDifference>? observer = null)
    {
        using CaptureReader mine = CaptureReader.Open(new MemoryStream(expected));
        using CaptureReader its = CaptureReader.Open(new MemoryStream(actual));
        return CaptureComparer.Compare(mine, its, options, observer);
    }

    internal static ComparisonOptions Ignoring(params string[] names) => new() { Ignore = names };

    internal static string Text(CaptureComparison comparison) =>
        $"matched {comparison.Matched} reordered {comparison.Reordered} changed {comparison.Changed} missing {comparison.Missing} unexpected {comparison.Unexpected} "
        + $"moved {comparison.Moved}\n{string.Join('\n', comparison.Differences)}";

    /// <summary>Asserts the counts, in the order matched, changed, missing, unexpected, moved.</summary>
    internal static void AssertCounts(CaptureComparison comparison, long matched, long changed = 0, long missing = 0, long unexpected = 0, long moved = 0)
    {
        (long, long, long, long, long) counts = (comparison.Matched, comparison.Changed, comparison.Missing, comparison.Unexpected, comparison.Moved);
        Assert.True(counts == (matched, changed, missing, unexpected, moved), Text(comparison));
        Assert.Equal(changed + missing + unexpected + moved == 0, comparison.IsEqual);
    }
}
