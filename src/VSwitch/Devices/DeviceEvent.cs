namespace VSwitch.Devices;

/// <summary>A change of a device that its user should know of.</summary>
public enum DeviceEvent
{
    /// <summary>The link is up: frames flow.</summary>
    Up,

    /// <summary>The link is down: the device stays open and may come up again.</summary>
    Down,

    /// <summary><see cref="IPacketDevice.Mtu"/> has a new value.</summary>
    MtuChanged,
}
