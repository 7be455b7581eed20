namespace VSwitch.Captures.Rewriting;

/// <summary>How a TTL is changed.</summary>
public enum TtlChangeKind
{
    /// <summary>To the value.</summary>
    Set,

    /// <summary>By the value, to 255 at most.</summary>
    Raise,

    /// <summary>By the value, to 1 at least.</summary>
    Lower,
}
