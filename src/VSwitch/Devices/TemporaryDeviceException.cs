namespace VSwitch.Devices;

/// <summary>Something failed for the moment: the device can be used on.</summary>
public class TemporaryDeviceException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">Why, when another error says so.</param>
    public TemporaryDeviceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
