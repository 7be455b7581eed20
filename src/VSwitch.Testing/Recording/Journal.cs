using VSwitch.Capturing;
using VSwitch.Frames;

namespace VSwitch.Testing.Recording;

/// <summary>All that came in and went out by the ports of a lab, in the one order in which it happened.</summary>
internal sealed class Journal
{
    private readonly FrameStore _store = new();
    private readonly List<JournalRecord> _records = [];
    private readonly List<JournalPort> _ports = [];

    internal IReadOnlyList<JournalPort> Ports => _ports;

    /// <summary>Records up to now: the number of the next.</summary>
    internal int Count => _records.Count;

    internal IEnumerable<JournalRecord> All => _records;

    internal JournalRecord this[int index] => _records[index];

    internal JournalPort AddPort(string name, LinkLayer linkLayer)
    {
        var port = new JournalPort(_ports.Count, name, linkLayer);
        _ports.Add(port);
        return port;
    }

    /// <summary>Keeps a frame.</summary>
    /// <param name="frame">It.</param>
    /// <param name="port">Where.</param>
    /// <param name="nanoseconds">When, since the lab began.</param>
    /// <param name="idBase">What makes the switch's packet ids unique in the lab.</param>
    internal void Add(in CapturedFrame frame, JournalPort port, long nanoseconds, ulong idBase) => _records.Add(new JournalRecord(
        port, frame.Direction, nanoseconds, _store.Add(frame.Octets), frame.PacketId == 0 ? 0 : idBase + frame.PacketId, frame.Drop, frame.Vlan));

    /// <summary>What a port has sent out, in order, from a record on.</summary>
    internal IEnumerable<JournalRecord> Sent(JournalPort port, int from) =>
        _records.Skip(from).Where(r => r.Port == port && r.WasSent);
}
