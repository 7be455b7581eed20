namespace VSwitch.Neighbors;

/// <summary>What the neighbour table made of what it heard.</summary>
internal enum NeighborResult
{
    /// <summary>It was known so.</summary>
    Known,

    /// <summary>It is new.</summary>
    Learned,

    /// <summary>It was known at another port or with another hardware address.</summary>
    Moved,

    /// <summary>It is a static entry elsewhere, or the guard keeps it for its owner.</summary>
    Refused,

    /// <summary>An advertisement that nobody waits for or that may not override, or no address of a host or a station.</summary>
    Ignored,

    /// <summary>There was no room, and its port holds its share already.</summary>
    Full,
}
