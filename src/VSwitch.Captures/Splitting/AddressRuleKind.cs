namespace VSwitch.Captures.Splitting;

/// <summary>Which addresses of a packet have to be in a rule's networks.</summary>
public enum AddressRuleKind
{
    /// <summary>The source (S:).</summary>
    Source,

    /// <summary>The destination (D:).</summary>
    Destination,

    /// <summary>Both (B:).</summary>
    Both,

    /// <summary>One of them (E:).</summary>
    Either,
}
