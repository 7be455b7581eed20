namespace VSwitch.Devices.Joining;

/// <summary>The joiner is closed for good.</summary>
public sealed class JoinerClosedException(string joiner) : DeviceClosedException(joiner, "the joiner is closed");
