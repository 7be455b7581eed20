namespace VSwitch.Devices.Splitting;

/// <summary>The splitter is closed for good, and with it all its frontends.</summary>
public sealed class SplitterClosedException(string splitter) : DeviceClosedException(splitter, "the splitter is closed");
