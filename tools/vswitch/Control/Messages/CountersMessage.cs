namespace VSwitch.Tool.Control.Messages;

/// <summary>What went through a port, or the switch.</summary>
/// <param name="RxFrames">Frames that came in.</param>
/// <param name="RxOctets">Their octets, Ethernet headers included.</param>
/// <param name="TxFrames">Frames that a device took.</param>
/// <param name="TxOctets">Their octets.</param>
/// <param name="Replicated">Frames that floods and segmentation made of others.</param>
/// <param name="Drops">Frames dropped, for any reason.</param>
/// <param name="KernelDrops">Frames that the kernel dropped before the switch could read them; null when it does not say.</param>
internal sealed record CountersMessage(long RxFrames, long RxOctets, long TxFrames, long TxOctets, long Replicated, long Drops, long? KernelDrops = null);
