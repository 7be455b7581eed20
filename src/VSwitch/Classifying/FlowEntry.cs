namespace VSwitch.Classifying;

/// <summary>A flow, as it stood when it was read.</summary>
/// <param name="Flow">What its packets have in common.</param>
/// <param name="Answer">What they are answered.</param>
/// <param name="Packets">How many there were, the first included.</param>
/// <param name="Octets">Their octets.</param>
/// <param name="Silent">Since the last of them, to the second.</param>
public readonly record struct FlowEntry(FlowKey Flow, int Answer, long Packets, long Octets, TimeSpan Silent);
