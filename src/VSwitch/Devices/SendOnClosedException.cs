namespace VSwitch.Devices;

/// <summary>A send on a closed pipe or channel.</summary>
public sealed class SendOnClosedException(string device) : DeviceClosedException(device, "send on a closed device");
