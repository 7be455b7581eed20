namespace VSwitch.Policies;

/// <summary>Why a port neither sends nor receives though its link is up.</summary>
public enum PortBlock
{
    /// <summary>It does.</summary>
    None,

    /// <summary>The loop guard blocks it, for as long as the loop is there.</summary>
    Loop,

    /// <summary>One station more than it may have turned up: shut until somebody opens it.</summary>
    StationLimit,
}
