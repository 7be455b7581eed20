namespace VSwitch.Devices.Splitting;

/// <summary>The frontend is closed for good; its splitter is not.</summary>
public sealed class FrontendClosedException(string frontend) : DeviceClosedException(frontend, "the frontend is closed");
