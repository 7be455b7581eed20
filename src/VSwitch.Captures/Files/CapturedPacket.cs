namespace VSwitch.Captures.Files;

/// <summary>A packet of a capture file. Its octets are the reader's, until the next packet is read.</summary>
public readonly ref struct CapturedPacket
{
    /// <summary>Where it was captured.</summary>
    public required CaptureInterface Interface { get; init; }

    /// <summary>When, in nanoseconds since 1970-01-01 00:00 UTC, what does not fit brought to the nearest that does; null where the file says nothing (simple packet blocks).</summary>
    public long? Timestamp { get; init; }

    /// <summary>What was kept of it.</summary>
    public ReadOnlySpan<byte> Octets { get; init; }

    /// <summary>Octets that it had on the wire, as the file says it: a file may lie and give fewer than were kept.</summary>
    public uint OriginalLength { get; init; }

    /// <summary>Which way it went (epb_flags).</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>The same for all captures of one packet at different interfaces (epb_packetid); null without one.</summary>
    public ulong? PacketId { get; init; }

    /// <summary>Packets that were lost between the one before and this (epb_dropcount); 0 where nothing is said.</summary>
    public ulong DropCount { get; init; }

    /// <summary>Comments on it (opt_comment); empty without.</summary>
    public IReadOnlyList<string> Comments { get; init; }
}
