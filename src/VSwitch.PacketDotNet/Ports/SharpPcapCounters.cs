namespace VSwitch.PacketDotNet.Ports;

/// <summary>What went through a <see cref="SharpPcapDevice"/>, and what did not. Each frame of a live device is in one of the four of the way in, or in the kernel's.</summary>
/// <param name="Received">Frames handed on.</param>
/// <param name="Overflowed">Frames of a live device that found the queue full. Those of a file wait.</param>
/// <param name="Cut">Frames that were cut when they were captured.</param>
/// <param name="TooLong">Frames longer than any that the switch takes: super-frames of more than 66 KB.</param>
/// <param name="KernelDropped">Frames that the kernel had no room for, as libpcap says: over its 32 bits it begins anew. Zero where there is none.</param>
/// <param name="Sent">Frames that SharpPcap took.</param>
/// <param name="SendFailed">Frames that it refused.</param>
/// <param name="Unsendable">Frames sent to a device that can only receive.</param>
public readonly record struct SharpPcapCounters(
    long Received, long Overflowed, long Cut, long TooLong, long KernelDropped, long Sent, long SendFailed, long Unsendable);
