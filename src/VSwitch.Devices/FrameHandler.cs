namespace VSwitch.Devices;

/// <summary>Takes one received frame (TAP: Ethernet) or packet (TUN: IP).</summary>
/// <param name="frame">The octets; valid during the call only.</param>
public delegate void FrameHandler(ReadOnlySpan<byte> frame);
