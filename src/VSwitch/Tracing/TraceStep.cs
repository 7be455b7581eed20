using VSwitch.Frames;

namespace VSwitch.Tracing;

/// <summary>What one step did with a frame, and why.</summary>
/// <param name="Number">The step's number in docs/architecture.md, 1 to 6.</param>
/// <param name="Stage">The step's name.</param>
/// <param name="Verdict">What became of the frame.</param>
/// <param name="Text">What was decided, and from which configuration or table entry.</param>
/// <param name="Reason">Why it was dropped, if so.</param>
/// <param name="Port">The port that the step was done for: the ingress in step 1, each egress in step 6; null otherwise.</param>
public sealed record TraceStep(int Number, string Stage, TraceVerdict Verdict, string Text, DropReason Reason = DropReason.None, string? Port = null);
