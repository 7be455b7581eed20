namespace VSwitch.Tool.Control.Messages;

/// <summary>The way of a frame through the switch; or, as the last line of a stream, how many are missing from it.</summary>
/// <param name="Ingress">The port that it came in by.</param>
/// <param name="Frame">Its first octets as it came in, in hexadecimal.</param>
/// <param name="Length">Octets that it had.</param>
/// <param name="IsHypothetical">Nobody has sent it.</param>
/// <param name="Steps">In their order.</param>
/// <param name="SentTo">Ports whose devices took it.</param>
/// <param name="Lost">Traces that were not read in time; null for a trace.</param>
internal sealed record TraceMessage(
    string? Ingress = null,
    string? Frame = null,
    int Length = 0,
    bool IsHypothetical = false,
    IReadOnlyList<TraceStepMessage>? Steps = null,
    IReadOnlyList<string>? SentTo = null,
    long? Lost = null);
