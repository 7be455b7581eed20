using System.Globalization;
using System.Text;
using VSwitch.Capturing;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Testing.Recording;
using VSwitch.Wire;

namespace VSwitch.Testing.Expecting;

/// <summary>What a failed expectation tells people.</summary>
internal sealed class FailureReport(SwitchLab lab)
{
    private const int MaxFrames = 5;
    private const int AddressOctets = 2 * MacAddress.Length;

    private readonly StringBuilder _text = new();

    internal void AddLine(string line) => _text.Append(_text.Length > 0 ? "\n" : "").Append(line);

    /// <summary>The first few frames, a line each.</summary>
    internal void AddFrames(string title, IReadOnlyList<LabFrame> frames)
    {
        AddLine(frames.Count == 0 ? $"{title}: none" : $"{title}:");
        for (int i = 0; i < Math.Min(frames.Count, MaxFrames); i++)
        {
            AddLine(string.Create(CultureInfo.InvariantCulture, $"  {i + 1}  {Seconds(frames[i].Record.Nanoseconds)}  {frames[i]}"));
        }

        if (frames.Count > MaxFrames)
        {
            AddLine(string.Create(CultureInfo.InvariantCulture, $"  and {frames.Count - MaxFrames} more"));
        }
    }

    /// <summary>How a frame that should not have come has come: where it came in, and why it would come again.</summary>
    internal void AddWay(LabFrame wrong)
    {
        foreach (LabPort port in lab.Ports.Where(p => wrong.Record.PacketId != 0 && p.Port.Device.LinkLayer == LinkLayer.Ethernet))
        {
            if (port.Came().FirstOrDefault(f => f.Record.PacketId == wrong.Record.PacketId) is { } origin)
            {
                AddLine($"it came in by {port}, and would go now:");
                AddIndented(port.Owner.Switch.Explain(port.Port, origin.Octets.Span).ToString());
                return;
            }
        }
    }

    /// <summary>What became of a frame that should have come, where it came in at all.</summary>
    internal void AddFate(ReadOnlySpan<byte> missing)
    {
        for (int i = 0; i < lab.Journal.Count; i++)
        {
            JournalRecord record = lab.Journal[i];
            if (record.Direction == CaptureDirections.In && IsSameButForTags(record.Octets.Span, missing))
            {
                string[] sentTo = [.. Copies(record.PacketId).Select(r => r.WasSent ? r.Port.Name : $"{r.Port.Name} ({r.Drop})")];
                AddLine($"it came in by {record.Port.Name} after {Seconds(record.Nanoseconds)}: " + (
                    record.Drop != DropReason.None ? $"{record.Drop}: {DropReasons.Describe(record.Drop)}"
                    : sentTo.Length > 0 ? $"it went to {string.Join(", ", sentTo)}"
                    : "it went nowhere"));
                return;
            }
        }

        AddLine("it came in nowhere");
    }

    /// <summary>All drops, port by port, and the first frame of each.</summary>
    internal void AddDrops()
    {
        foreach (LabPort port in lab.Ports)
        {
            foreach (DropReason reason in DropReasons.All.Where(r => port.Drops(r) > 0))
            {
                AddLine(string.Create(CultureInfo.InvariantCulture, $"dropped at {port}: {port.Drops(reason)} {reason}: {DropReasons.Describe(reason)}"));
                if (FirstDropped(port, reason) is { } first)
                {
                    AddLine($"  first  {Seconds(first.Record.Nanoseconds)}  {first}");
                }
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Seconds(long nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.000000} s");

    private static bool IsSameButForTags(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.SequenceEqual(other) || (Math.Min(one.Length, other.Length) >= AddressOctets && one[..AddressOctets].SequenceEqual(other[..AddressOctets]) && Behind(one).SequenceEqual(Behind(other)));

    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> frame)
    {
        int at = AddressOctets;
        while (VlanTag.TryRead(frame[at..], out VlanTag tag) && VlanTag.IsTag(tag.Protocol))
        {
            at += VlanTag.Length;
        }

        return frame[at..];
    }

    private LabFrame? FirstDropped(LabPort port, DropReason reason)
    {
        for (int i = port.Plugged.FirstRecord; i < lab.Journal.Count; i++)
        {
            if (lab.Journal[i].Port == port.Plugged.Journal && lab.Journal[i].Drop == reason)
            {
                return new LabFrame(lab.Journal[i]);
            }
        }

        return null;
    }

    private IEnumerable<JournalRecord> Copies(ulong packetId) =>
        Enumerable.Range(0, lab.Journal.Count).Select(i => lab.Journal[i]).Where(r => packetId != 0 && r.PacketId == packetId && r.Direction == CaptureDirections.Out);

    private void AddIndented(string lines)
    {
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            AddLine($"  {line}");
        }
    }
}
