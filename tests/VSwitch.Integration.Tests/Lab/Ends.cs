namespace VSwitch.Integration.Tests.Lab;

/// <summary>What two stations are plugged in by.</summary>
public enum Ends
{
    /// <summary>The first by a TAP, the second by a TUN.</summary>
    TapTun,

    /// <summary>The first by a TUN, the second by a TAP.</summary>
    TunTap,

    /// <summary>Both by a TUN.</summary>
    TunTun,
}
