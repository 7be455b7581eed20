namespace VSwitch.Learning;

/// <summary>What the filtering database made of a source address.</summary>
/// <remarks>From <see cref="Moved"/> on a caller has something to do; below it, nothing.</remarks>
internal enum LearnResult
{
    /// <summary>It was known, at this port.</summary>
    Known,

    /// <summary>It is new, or was silent for so long that it had been forgotten.</summary>
    Learned,

    /// <summary>There was no room, and its port holds its share already.</summary>
    Full,

    /// <summary>It was known at another port, and is known at this one now.</summary>
    Moved,

    /// <summary>It is a static or sticky entry of another port, and stays there.</summary>
    StaticElsewhere,

    /// <summary>It is pinned at another port, and stays there.</summary>
    Held,

    /// <summary>It was not learned: its port holds as many as it may.</summary>
    PortLimit,

    /// <summary>It was not learned: its VLAN holds as many as it may.</summary>
    VlanLimit,
}
