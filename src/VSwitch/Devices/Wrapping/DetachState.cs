namespace VSwitch.Devices.Wrapping;

/// <summary>How a <see cref="DetachedDevice"/> is.</summary>
internal enum DetachState
{
    Up,
    Down,
    Closed,
}
