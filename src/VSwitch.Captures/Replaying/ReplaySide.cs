namespace VSwitch.Captures.Replaying;

/// <summary>Where a packet of a capture goes when it is replayed.</summary>
public enum ReplaySide
{
    /// <summary>The first interface: from clients to servers, where a capture is split.</summary>
    Primary = 0,

    /// <summary>The second interface.</summary>
    Secondary = 1,

    /// <summary>Nowhere: it is not sent, and counted as skipped.</summary>
    None = 2,
}
