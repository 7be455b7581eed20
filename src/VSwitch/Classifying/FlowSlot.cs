namespace VSwitch.Classifying;

/// <summary>A flow and its answer.</summary>
internal struct FlowSlot
{
    internal FlowKey Flow;
    internal int Answer;

    /// <summary>The rule that gave it, by its place.</summary>
    internal int Rule;

    /// <summary>Which set of rules that is: the answer of an earlier one is none.</summary>
    internal int Generation;

    /// <summary>Second last seen.</summary>
    internal uint Stamp;

    internal long Packets;
    internal long Octets;
}
