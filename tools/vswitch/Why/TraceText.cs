using VSwitch.Tool.Ask;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Why;

/// <summary>A trace for people: a line a step, and what it came to.</summary>
internal static class TraceText
{
    private const int StageWidth = 13; // IngressFilter
    private const int VerdictWidth = 7; // dropped

    internal static IEnumerable<string> Lines(TraceMessage trace)
    {
        if (trace.Lost is { } lost)
        {
            yield return $"{lost} more were not written down: they came faster than they were read";
            yield break;
        }

        foreach (TraceStepMessage step in trace.Steps ?? [])
        {
            string reason = step.Reason is null ? "" : $"{Reason.Name(step.Reason)}: ";
            yield return $"{step.Number} {step.Stage.PadRight(StageWidth)}  {step.Verdict.PadRight(VerdictWidth)}  {reason}{step.Text}";
        }

        yield return Summary(trace);
    }

    /// <summary>What became of the frame: <c>sent to b, c</c>, or <c>dropped: NotMember</c>.</summary>
    internal static string Summary(TraceMessage trace)
    {
        string[] losses = [.. (trace.Steps ?? []).Where(s => s.Reason is not null).Select(s => s.Port is null || s.Number == 1 ? Reason.Name(s.Reason!) : $"{Reason.Name(s.Reason!)} at {s.Port}")];
        return !IsDropped(trace)
            ? trace.SentTo is { Count: > 0 } ports
                ? $"sent to {string.Join(", ", ports)}{(losses.Length > 0 ? $"; dropped: {string.Join(", ", losses)}" : "")}"
                : "taken by the switch"
            : $"dropped: {string.Join(", ", losses)}";
    }

    internal static bool IsDropped(TraceMessage trace) => trace.SentTo is not { Count: > 0 } && (trace.Steps ?? []).Any(s => s.Reason is not null);
}
