namespace VSwitch.Policies;

/// <summary>What becomes of a frame whose source is one station too many.</summary>
public enum StationLimitAction
{
    /// <summary>It is dropped (port security: protect, restrict).</summary>
    Drop,

    /// <summary>It is forwarded, but its source is not learned, so that answers are flooded.</summary>
    Flood,

    /// <summary>It is dropped and the port is shut until somebody opens it again. Of a limit of a VLAN: as <see cref="Drop"/>.</summary>
    Shutdown,
}
