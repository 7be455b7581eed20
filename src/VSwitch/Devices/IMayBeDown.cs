namespace VSwitch.Devices;

/// <summary>A device of ours that throws <see cref="DeviceDownException"/> while it is down, and need not say in its events when it is up again.</summary>
internal interface IMayBeDown
{
    /// <summary>Waits until the device is up; the result is false when it is closed for good.</summary>
    /// <returns>Null when nothing of ours is down here: what the wrapped device throws is its own business.</returns>
    Task<bool>? WaitUntilUp(CancellationToken cancellationToken);
}
