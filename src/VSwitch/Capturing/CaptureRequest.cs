using VSwitch.Bpf;
using VSwitch.Vlans;

namespace VSwitch.Capturing;

/// <summary>Which frames are to be captured.</summary>
public sealed record CaptureRequest
{
    /// <summary>Octets of a frame that are kept when nothing else is said: all, of any frame.</summary>
    public const int DefaultSnapLength = 262_144;

    /// <summary>Octets of the buffer when nothing else is said.</summary>
    public const int DefaultBufferOctets = 16 << 20;

    /// <summary>The smallest buffer: it holds a few of the longest frames.</summary>
    public const int MinBufferOctets = 256 << 10;

    /// <summary>The largest buffer.</summary>
    public const int MaxBufferOctets = 1 << 30;

    /// <summary>Names of the ports, present or to come; null for all.</summary>
    public IReadOnlyCollection<string>? Ports { get; init; }

    /// <summary>Which way they go.</summary>
    public CaptureDirections Directions { get; init; } = CaptureDirections.Both;

    /// <summary>The VLANs that the switch has put them into; null for all, and for frames that were dropped before they were in any.</summary>
    public VlanSet? Vlans { get; init; }

    /// <summary>What frames of Ethernet ports look like; null for all.</summary>
    public BpfProgram? Filter { get; init; }

    /// <summary>What packets of ports without Ethernet look like; null for all, or for none where there is a <see cref="Filter"/>.</summary>
    public BpfProgram? PacketFilter { get; init; }

    /// <summary>Octets of a frame that are kept, at least 1.</summary>
    public int SnapLength { get; init; } = DefaultSnapLength;

    /// <summary>Only frames that were dropped, at either side.</summary>
    public bool OnlyDropped { get; init; }

    /// <summary>Octets that wait for the reader at most, from <see cref="MinBufferOctets"/> to <see cref="MaxBufferOctets"/>; rounded up to a power of two.</summary>
    public int BufferOctets { get; init; } = DefaultBufferOctets;
}
