namespace VSwitch.Captures.Comparing;

/// <summary>How a packet differs from what was expected.</summary>
public enum DifferenceKind
{
    /// <summary>It is in both, with other contents, or at another time.</summary>
    Changed,

    /// <summary>Only the expected capture has it.</summary>
    Missing,

    /// <summary>Only the actual capture has it.</summary>
    Unexpected,

    /// <summary>It is in both, and more packets of its flow have overtaken it, or been overtaken, than may.</summary>
    Moved,
}
