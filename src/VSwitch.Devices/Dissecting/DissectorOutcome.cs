namespace VSwitch.Devices.Dissecting;

/// <summary>What became of a request; behind <see cref="Threw"/>, the host is of no use any more.</summary>
internal enum DissectorOutcome
{
    /// <summary>There are facts.</summary>
    Read,

    /// <summary>The dissector can't tell.</summary>
    NotRead,

    /// <summary>The dissector threw.</summary>
    Threw,

    /// <summary>No reply in time.</summary>
    TimedOut,

    /// <summary>The host has ended: a crash, an exhausted heap, an overflown stack.</summary>
    Died,

    /// <summary>The reply was none.</summary>
    Garbage,
}
