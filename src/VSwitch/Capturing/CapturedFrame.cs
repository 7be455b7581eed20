using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Capturing;

/// <summary>A frame that came in or went out. Its octets are the session's, until the next is read.</summary>
public readonly ref struct CapturedFrame
{
    /// <summary>Where.</summary>
    public required CapturePort Port { get; init; }

    /// <summary>Which way: one of the two.</summary>
    public CaptureDirections Direction { get; init; }

    /// <summary>When its burst was received, in nanoseconds since 1970-01-01 00:00 UTC.</summary>
    public long Timestamp { get; init; }

    /// <summary>The same for a frame when it comes in and each time it goes out; 0 where that is not known: segments of a super-frame, and what the switch says itself.</summary>
    public ulong PacketId { get; init; }

    /// <summary>What was kept of it; a checksum that was unfinished is finished, where the whole frame is here.</summary>
    public ReadOnlySpan<byte> Octets { get; init; }

    /// <summary>Octets that it had.</summary>
    public int Length { get; init; }

    /// <summary>The VLAN that the switch has put it into; none where it did not come to that.</summary>
    public VlanId Vlan { get; init; }

    /// <summary>Why it went no further; <see cref="DropReason.Taken"/> when the switch itself was the receiver.</summary>
    public DropReason Drop { get; init; }

    /// <summary>Payload octets of each segment that it is to be cut into; 0 for an ordinary frame.</summary>
    public int GsoSize { get; init; }
}
