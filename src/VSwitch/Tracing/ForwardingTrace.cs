using System.Globalization;
using System.Text;

namespace VSwitch.Tracing;

/// <summary>The way of one frame through the switch, step by step, each with its reason.</summary>
/// <param name="Ingress">The name of the port that it came in by.</param>
/// <param name="Frame">Its octets as it came in; of a long one the first <see cref="MaxOctets"/>.</param>
/// <param name="Length">Octets that it had.</param>
/// <param name="Steps">In the order of the steps; one of step 6 for each port that it was for.</param>
/// <param name="IsHypothetical">Nobody sent the frame: this is what would become of it.</param>
public sealed record ForwardingTrace(string Ingress, ReadOnlyMemory<byte> Frame, int Length, IReadOnlyList<TraceStep> Steps, bool IsHypothetical = false)
{
    /// <summary>Octets of a frame that are kept.</summary>
    public const int MaxOctets = 256;

    /// <summary>Names of the ports whose devices took the frame.</summary>
    public IEnumerable<string> SentTo => Steps.Where(s => s.Verdict == TraceVerdict.Sent).Select(s => s.Port!);

    /// <summary>A line a step.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (TraceStep step in Steps)
        {
            string reason = step.Verdict == TraceVerdict.Dropped ? $"dropped: {step.Reason}: " : "";
            text.Append(CultureInfo.InvariantCulture, $"{step.Number} {step.Stage}: {reason}{step.Text}\n");
        }

        return text.ToString();
    }
}
