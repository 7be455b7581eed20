using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>What <see cref="MoveMonitor"/> knows of one station. Times are the caller's milliseconds.</summary>
internal struct StationTrack
{
    internal StationKey Station;
    internal PortId From;
    internal PortId To;

    /// <summary>All moves since it is tracked.</summary>
    internal long Moves;

    /// <summary>What <see cref="Moves"/> was when it was released: earlier ones count no more.</summary>
    internal long MovesBefore;

    internal long LastMove;

    /// <summary>When it was reported last; null for never.</summary>
    internal long? Reported;

    internal bool IsHeld;
    internal long HeldUntil;

    /// <summary>Neighbours in the list that it is in, -1 at the ends.</summary>
    internal int Older;
    internal int Newer;
}
