namespace VSwitch.AccessControl;

/// <summary>What becomes of frames that match a rule.</summary>
public enum AccessAction
{
    /// <summary>They are dropped.</summary>
    Deny,

    /// <summary>They go on.</summary>
    Permit,
}
