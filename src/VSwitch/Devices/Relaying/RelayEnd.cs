namespace VSwitch.Devices.Relaying;

/// <summary>How a relay ended.</summary>
/// <param name="Side">The device that it was.</param>
/// <param name="Error">Its error; null when the device was closed.</param>
internal readonly record struct RelayEnd(RelaySide Side, Exception? Error)
{
    /// <summary>The end that an exception of a device means.</summary>
    internal static RelayEnd Of(RelaySide side, Exception error) => new(side, DeviceError.IsClosed(error) ? null : error);
}
