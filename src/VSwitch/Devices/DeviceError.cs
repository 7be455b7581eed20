namespace VSwitch.Devices;

/// <summary>What an error of a device means for whoever uses it.</summary>
public static class DeviceError
{
    /// <summary>Whether an error ends the use of the device that threw it.</summary>
    /// <returns>
    /// False for null, for <see cref="TemporaryDeviceException"/> and for its capacity kind <see cref="BatchTooSmallException"/>: the device can be used on.
    /// True for all else, closed and down included.
    /// </returns>
    public static bool IsTerminal(Exception? error) => error switch
    {
        null or TemporaryDeviceException => false,
        AggregateException several => several.InnerExceptions.Count == 0 || several.InnerExceptions.Any(IsTerminal),
        _ => true,
    };

    /// <summary>Closed for good, which is how things end, and no failure; a device that is down is not meant.</summary>
    internal static bool IsClosed(Exception error) => error is ObjectDisposedException and not DeviceDownException;
}
