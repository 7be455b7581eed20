namespace VSwitch.Devices;

/// <summary>The device is closed for good.</summary>
public class DeviceClosedException : ObjectDisposedException
{
    /// <summary>Makes the error.</summary>
    /// <param name="device">The device's name, or what it is.</param>
    /// <param name="message">What was asked of it.</param>
    public DeviceClosedException(string device, string message = "the device is closed")
        : base(device, message)
    {
    }
}
