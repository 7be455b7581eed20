namespace VSwitch.PacketDotNet.Ports;

/// <summary>How a <see cref="SharpPcapDevice"/> uses a device of SharpPcap.</summary>
public sealed record SharpPcapOptions
{
    /// <summary>Octets of the longest packet, without the Ethernet header.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Octets that wait at most in each direction, rounded up to a power of two.</summary>
    public int QueueOctets { get; init; } = 1 << 20;

    /// <summary>From a live device of libpcap take only what comes in: it also shows what the host itself sends by the interface, which a switch must not hear.</summary>
    public bool OnlyInbound { get; init; } = true;

    /// <summary>Take packets that were cut when they were captured, as they are; else they are dropped and counted.</summary>
    public bool TakeCut { get; init; }

    /// <summary>Octets that the kernel keeps for a live device until they are fetched; null for libpcap's own choice. Not for a device that is open already.</summary>
    public int? KernelBufferOctets { get; init; }

    /// <summary>Leave the device open when the port is closed.</summary>
    public bool LeaveOpen { get; init; }

    /// <summary>What the packets in a <c>CaptureFileWriterDevice</c> get their time from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
