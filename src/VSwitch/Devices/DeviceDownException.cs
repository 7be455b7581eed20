namespace VSwitch.Devices;

/// <summary>The wrapper was taken down: it stays open and may come up again. Of the closed kind for whoever is using it.</summary>
public sealed class DeviceDownException(string device) : ObjectDisposedException(device, "the device is down");
