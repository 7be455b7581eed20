namespace VSwitch.Tool.Control.Messages;

/// <summary>What a step did with a frame.</summary>
/// <param name="Number">1 to 6, as in docs/architecture.md.</param>
/// <param name="Stage">The step's name.</param>
/// <param name="Verdict">passed, dropped, taken or sent.</param>
/// <param name="Text">What was decided, and why.</param>
/// <param name="Reason">Why it was dropped, if so.</param>
/// <param name="Port">The port that the step was done for, if for one.</param>
internal sealed record TraceStepMessage(int Number, string Stage, string Verdict, string Text, string? Reason = null, string? Port = null);
