namespace VSwitch.Devices.Relaying;

/// <summary>Which device ended a relay.</summary>
internal enum RelaySide
{
    /// <summary>Neither: one of the gates was closed.</summary>
    Neither,

    /// <summary>The one that frames come from.</summary>
    From,

    /// <summary>The one that frames go to.</summary>
    To,
}
