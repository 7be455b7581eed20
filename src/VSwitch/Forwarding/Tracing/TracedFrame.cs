using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Tracing;

namespace VSwitch.Forwarding.Tracing;

/// <summary>A frame of the burst under way whose steps are written down.</summary>
internal sealed class TracedFrame(int index, string ingress, ReadOnlySpan<byte> octets, bool isHypothetical)
{
    private readonly List<TraceStep> _steps = [];
    private readonly byte[] _octets = octets[..Math.Min(octets.Length, ForwardingTrace.MaxOctets)].ToArray();
    private readonly int _length = octets.Length;

    /// <summary>Its place in the batch.</summary>
    internal int Index { get; } = index;

    internal List<TraceSession> Sessions { get; } = [];

    /// <summary>It was dropped or taken: there are no steps to come.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>What was known of its source before it was learned.</summary>
    internal FilteringEntry? SourceBefore { get; set; }

    /// <summary>Whom it was for before the internet layer looked at it.</summary>
    internal StationKey DestinationBefore { get; set; }

    /// <summary>Notes a step that the frame passed, or that it ended in.</summary>
    internal void Note(int number, string stage, DropReason reason, string text, string? port = null)
    {
        TraceVerdict verdict = reason switch
        {
            DropReason.None => TraceVerdict.Passed,
            DropReason.Taken => TraceVerdict.Taken,
            _ => TraceVerdict.Dropped,
        };
        _steps.Add(new(number, stage, verdict, text, verdict == TraceVerdict.Dropped ? reason : DropReason.None, port));
        IsDone |= verdict != TraceVerdict.Passed;
    }

    /// <summary>Notes what became of the frame at a port.</summary>
    internal void NoteEgress(string port, bool isSent, DropReason reason, string text) =>
        _steps.Add(new(6, "Egress", isSent ? TraceVerdict.Sent : TraceVerdict.Dropped, text, isSent ? DropReason.None : reason, port));

    internal ForwardingTrace ToTrace() => new(ingress, _octets, _length, _steps, isHypothetical);
}
