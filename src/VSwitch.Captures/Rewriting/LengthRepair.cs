namespace VSwitch.Captures.Rewriting;

/// <summary>What happens to an IP packet of which the capture has less than its header claims.</summary>
public enum LengthRepair
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It gets zeros in place of what is missing.</summary>
    Pad,

    /// <summary>Its headers get the length that is there.</summary>
    Truncate,

    /// <summary>The frame is left out.</summary>
    Delete,
}
