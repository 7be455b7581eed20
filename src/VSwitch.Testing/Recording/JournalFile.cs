using VSwitch.Captures.Files;
using VSwitch.Capturing;
using VSwitch.Frames;

namespace VSwitch.Testing.Recording;

/// <summary>Writes a journal as pcapng: an interface for each port, both directions as the switch sees them, and comments on what was dropped.</summary>
internal static class JournalFile
{
    private static readonly IReadOnlyList<string>[] s_comments = [.. Enumerable.Range(0, DropReasons.Count).Select(r => CommentsOn((DropReason)r))];

    /// <param name="ports">All that records may be of.</param>
    /// <param name="records">What happened.</param>
    /// <param name="stream">Takes it, and stays open.</param>
    /// <param name="start">When the lab began, in nanoseconds since 1970.</param>
    internal static void Write(IReadOnlyList<JournalPort> ports, IEnumerable<JournalRecord> records, Stream stream, long start)
    {
        using CaptureWriter writer = CaptureWriter.Create(stream, leaveOpen: true);
        CaptureInterface[] interfaces = [.. ports.Select(p => writer.AddInterface(new CaptureInterface
        {
            Name = p.Name,
            LinkType = p.LinkLayer == LinkLayer.Ethernet ? LinkType.Ethernet : LinkType.Raw,
        }))];
        foreach (JournalRecord record in records)
        {
            writer.Write(new CapturedPacket
            {
                Interface = interfaces[record.Port.Number],
                Timestamp = start + record.Nanoseconds,
                Octets = record.Octets.Span,
                OriginalLength = (uint)record.Octets.Length,
                Direction = record.Direction == CaptureDirections.In ? PacketDirection.Inbound : PacketDirection.Outbound,
                PacketId = record.PacketId == 0 ? null : record.PacketId,
                Comments = s_comments[(int)record.Drop],
            });
        }
    }

    private static string[] CommentsOn(DropReason reason) => reason switch
    {
        DropReason.None => [],
        DropReason.Taken => [$"not forwarded: {DropReasons.Describe(reason)}"],
        _ => [$"dropped: {reason}: {DropReasons.Describe(reason)}"],
    };
}
