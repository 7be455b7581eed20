using System.Buffers.Binary;
using System.Globalization;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>The tags of a frame, in words.</summary>
internal static class Tags
{
    /// <summary>The tag that is there, as it is on the wire.</summary>
    internal static (EtherType Protocol, int Tci) Outer(ReadOnlySpan<byte> frame) => ((EtherType)Word(frame, 12), Word(frame, 14));

    /// <summary>The VID of each tag, the outer one first.</summary>
    internal static int[] Vids(ReadOnlySpan<byte> frame)
    {
        List<int> vids = [];
        for (int at = 12; IsTag(frame, at); at += VlanTag.Length)
        {
            vids.Add(Word(frame, at + 2) & 0xFFF);
        }

        return [.. vids];
    }

    /// <summary>Each tag as TPID, VID and, where it is not 0, priority with DEI as a lower case d: <c>8100:10.3d</c>; a dash for none.</summary>
    internal static string Of(ReadOnlySpan<byte> frame)
    {
        List<string> tags = [];
        for (int at = 12; IsTag(frame, at); at += VlanTag.Length)
        {
            int tci = Word(frame, at + 2);
            string priority = tci >> 12 == 0 ? "" : $".{tci >> 13}{((tci & 0x1000) != 0 ? "d" : "")}";
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"{Word(frame, at):x4}:{tci & 0xFFF}{priority}"));
        }

        return tags.Count == 0 ? "-" : string.Join(' ', tags);
    }

    /// <summary>What came out by each port: the tags of each frame, an empty text for nothing.</summary>
    internal static string[] Of(IReadOnlyList<byte[]>[] byPort) => [.. byPort.Select(frames => string.Join(" | ", frames.Select(f => Of(f))))];

    private static bool IsTag(ReadOnlySpan<byte> frame, int at) => frame.Length >= at + VlanTag.Length && VlanTag.IsTag((EtherType)Word(frame, at));

    private static int Word(ReadOnlySpan<byte> frame, int at) => BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
}
