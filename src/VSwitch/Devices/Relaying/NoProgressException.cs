namespace VSwitch.Devices.Relaying;

/// <summary>A device says again and again that it is ready, and neither gives nor takes anything.</summary>
public sealed class NoProgressException(string message) : Exception(message);
