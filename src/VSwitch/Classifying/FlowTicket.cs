namespace VSwitch.Classifying;

/// <summary>Names a flow that a dissector was asked about, what ours saw of it, and the rules that the answer is for.</summary>
public readonly struct FlowTicket
{
    internal FlowTicket(in PacketFacts facts, int generation) => (Facts, Generation) = (facts, generation);

    /// <summary>What <see cref="SpanDissector"/> saw.</summary>
    public PacketFacts Facts { get; }

    internal int Generation { get; }
}
