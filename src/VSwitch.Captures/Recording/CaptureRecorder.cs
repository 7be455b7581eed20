using System.Globalization;
using VSwitch.Captures.Files;
using VSwitch.Capturing;
using VSwitch.Frames;

namespace VSwitch.Captures.Recording;

/// <summary>Writes what a switch captures: an interface for each port, and comments on what was dropped.</summary>
/// <remarks>
/// A frame has the same packet id (epb_packetid) where it came in and where it went out, and the direction as the switch sees it. Frames that the session lost are told with the next one (epb_dropcount). One thread.
/// </remarks>
public sealed class CaptureRecorder
{
    private static readonly IReadOnlyList<string>[] s_dropComments = [.. Enumerable.Range(0, DropReasons.Count).Select(r => CommentsOn((DropReason)r))];

    private readonly CaptureSession _session;
    private readonly CaptureWriter _writer;
    private readonly bool _isPast;
    private readonly Dictionary<CapturePort, CaptureInterface> _interfaces = [];
    private long _lostTold;

    /// <summary>Writes the ports that there are; those that come later are added with their first frame.</summary>
    /// <param name="session">What is captured.</param>
    /// <param name="writer">Takes it; it should be of pcapng, unless one port alone is captured.</param>
    /// <param name="isPast">What is written was read from the session before: what it has lost has no place among that, and is not told.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public CaptureRecorder(CaptureSession session, CaptureWriter writer, bool isPast = false)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(writer);
        (_session, _writer, _isPast) = (session, writer, isPast);
        foreach (CapturePort port in session.Ports.Where(p => session.Request.Ports?.Contains(p.Name) ?? true).OrderBy(p => p.Id.Index))
        {
            InterfaceOf(port);
        }
    }

    /// <summary>Frames written.</summary>
    public long Written { get; private set; }

    /// <summary>Writes what has come.</summary>
    /// <param name="max">Frames at most.</param>
    /// <returns>How many frames.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    public int Drain(int max = int.MaxValue)
    {
        int count = 0;
        while (count < max && _session.TryRead(out CapturedFrame frame))
        {
            Write(in frame);
            count++;
        }

        return count;
    }

    /// <summary>Writes a frame of the session.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(in CapturedFrame frame)
    {
        long lost = _isPast ? 0 : _session.Lost;
        _writer.Write(new CapturedPacket
        {
            Interface = InterfaceOf(frame.Port),
            Timestamp = frame.Timestamp,
            Octets = frame.Octets,
            OriginalLength = (uint)frame.Length,
            Direction = frame.Direction == CaptureDirections.In ? PacketDirection.Inbound : PacketDirection.Outbound,
            PacketId = frame.PacketId == 0 ? null : frame.PacketId,
            DropCount = (ulong)(lost - _lostTold),
            Comments = frame.GsoSize == 0 ? s_dropComments[(int)frame.Drop] : CommentsOn(in frame),
        });
        _lostTold = lost;
        Written++;
    }

    private CaptureInterface InterfaceOf(CapturePort port)
    {
        if (!_interfaces.TryGetValue(port, out CaptureInterface? known))
        {
            known = _writer.AddInterface(new CaptureInterface
            {
                Name = port.Name,
                LinkType = port.LinkLayer == LinkLayer.Ethernet ? LinkType.Ethernet : LinkType.Raw,
                SnapLength = (uint)_session.SnapLength,
            });
            _interfaces.Add(port, known);
        }

        return known;
    }

    private static string[] CommentsOn(in CapturedFrame frame)
    {
        string cut = string.Create(CultureInfo.InvariantCulture, $"super-frame, to be cut every {frame.GsoSize} octets of payload");
        return [cut, .. s_dropComments[(int)frame.Drop]];
    }

    private static string[] CommentsOn(DropReason reason) => reason switch
    {
        DropReason.None => [],
        DropReason.Taken => [$"not forwarded: {DropReasons.Describe(reason)}"],
        _ => [$"dropped: {reason}: {DropReasons.Describe(reason)}"],
    };
}
