namespace VSwitch.Learning;

/// <summary>What the filtering database made of a source address.</summary>
internal enum LearnResult
{
    /// <summary>It was known, at this port.</summary>
    Known,

    /// <summary>It is new.</summary>
    Learned,

    /// <summary>It was known at another port.</summary>
    Moved,

    /// <summary>There was no room, and its port holds its share already.</summary>
    Full,

    /// <summary>It is a static entry of another port.</summary>
    StaticElsewhere,
}
