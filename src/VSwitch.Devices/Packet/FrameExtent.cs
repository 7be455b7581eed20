namespace VSwitch.Devices.Packet;

/// <summary>Where a frame lies in the memory that it shares with others.</summary>
/// <param name="Offset">Its first octet.</param>
/// <param name="Length">Octets, Ethernet header included, no FCS.</param>
public readonly record struct FrameExtent(int Offset, int Length);
