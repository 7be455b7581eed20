namespace VSwitch.Devices;

/// <summary>A receive on a closed pipe or channel.</summary>
public sealed class ReceiveOnClosedException(string device) : DeviceClosedException(device, "receive on a closed device");
