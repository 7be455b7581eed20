namespace VSwitch.Classifying;

/// <summary>Names a flow that a dissector was asked about, and the rules that the answer is for.</summary>
public readonly struct FlowTicket
{
    internal FlowTicket(in FlowKey flow, int generation, int length) => (Flow, Generation, Length) = (flow, generation, length);

    /// <summary>The flow.</summary>
    public FlowKey Flow { get; }

    internal int Generation { get; }

    /// <summary>Of the packet itself: the dissector sees its front only.</summary>
    internal int Length { get; }
}
