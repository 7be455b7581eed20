using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;

namespace VSwitch.PcapReplay.Diff;

/// <summary>Writes packets that differ, each with a comment that says how, to interfaces "expected" and "actual".</summary>
internal sealed class DifferenceWriter : IDisposable
{
    private readonly CaptureWriter _writer;
    private readonly Dictionary<(bool IsActual, LinkType Link), CaptureInterface> _interfaces = [];

    private DifferenceWriter(CaptureWriter writer) => _writer = writer;

    internal static DifferenceWriter Create(string path)
    {
        DifferenceWriter made = new(CaptureWriter.Create(path));
        made.InterfaceOf(isActual: false, LinkType.Ethernet);
        made.InterfaceOf(isActual: true, LinkType.Ethernet);
        return made;
    }

    internal void Write(PacketDifference difference)
    {
        if (difference.Expected is { } expected)
        {
            Write(difference, expected, isActual: false);
        }

        if (difference.Actual is { } actual)
        {
            Write(difference, actual, isActual: true);
        }
    }

    public void Dispose() => _writer.Dispose();

    private void Write(PacketDifference difference, ComparedPacket packet, bool isActual) => _writer.Write(new CapturedPacket
    {
        Interface = InterfaceOf(isActual, packet.Interface.LinkType),
        Timestamp = packet.Timestamp,
        Octets = packet.Octets.Span,
        OriginalLength = packet.OriginalLength,
        Comments = [difference.ToString()],
    });

    private CaptureInterface InterfaceOf(bool isActual, LinkType link)
    {
        if (!_interfaces.TryGetValue((isActual, link), out CaptureInterface? found))
        {
            found = _writer.AddInterface(new CaptureInterface { Name = isActual ? "actual" : "expected", LinkType = link });
            _interfaces.Add((isActual, link), found);
        }

        return found;
    }
}
