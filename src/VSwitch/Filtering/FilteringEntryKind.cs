namespace VSwitch.Filtering;

/// <summary>How an entry of the filtering database came about.</summary>
public enum FilteringEntryKind
{
    /// <summary>Learned: it moves with its station and ages.</summary>
    Dynamic,

    /// <summary>Entered by an administrator: it never ages and never moves.</summary>
    Static,

    /// <summary>Learned at a sticky port: it never ages and never moves, and counts as held by its port.</summary>
    Sticky,
}
