namespace VSwitch.Neighbors;

/// <summary>What is known of a neighbour, in the words of RFC 4861, section 7.3.2, for both families.</summary>
public enum NeighborState : byte
{
    /// <summary>Nothing: there is no entry.</summary>
    None,

    /// <summary>Its hardware address is being asked for.</summary>
    Incomplete,

    /// <summary>It answered a solicitation, or was heard as a source of data behind a layer 3 port, a short while ago.</summary>
    Reachable,

    /// <summary>Its hardware address is used, but nothing has confirmed it for a while.</summary>
    Stale,

    /// <summary>A stale entry was used; a confirmation is waited for before it is probed.</summary>
    Delay,

    /// <summary>It is asked, by unicast, whether it is still there.</summary>
    Probe,

    /// <summary>Entered by an administrator: never ages, never moves, is never probed.</summary>
    Permanent,
}
