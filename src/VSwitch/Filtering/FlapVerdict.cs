namespace VSwitch.Filtering;

/// <summary>What a move of a station is to be taken for.</summary>
internal enum FlapVerdict
{
    /// <summary>A station that moved.</summary>
    Moved,

    /// <summary>One move too many: to be reported. Told once a window, however often the station moves.</summary>
    Flapping,

    /// <summary>As <see cref="Flapping"/>, and the station is to be pinned until <see cref="MoveMonitor.Advance"/> tells of it; told again if it moves all the same.</summary>
    Hold,
}
