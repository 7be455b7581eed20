namespace VSwitch.Devices.Joining;

/// <summary>A device was to be attached that is attached already, as the default or as a secondary.</summary>
public sealed class DuplicateDeviceException(string device, string? parameter = null)
    : ArgumentException($"{device} is attached already", parameter);
