namespace VSwitch.Captures.Files;

/// <summary>An interface that packets were captured at. A classic pcap file has one, which has no name.</summary>
public sealed record CaptureInterface
{
    /// <summary>Its number in the file, from 0, over all sections; when it is written, the writer's own count.</summary>
    public int Index { get; init; }

    /// <summary>What its packets begin with.</summary>
    public LinkType LinkType { get; init; } = LinkType.Ethernet;

    /// <summary>Octets of a packet that were kept at most; 0 for no limit.</summary>
    public uint SnapLength { get; init; }

    /// <summary>The name (if_name); null without one.</summary>
    public string? Name { get; init; }

    /// <summary>The description (if_description); null without one.</summary>
    public string? Description { get; init; }

    /// <summary>The filter that packets had to pass, as text (if_filter); null without one.</summary>
    public string? Filter { get; init; }

    /// <summary>The resolution of its times as in if_tsresol: a negative power of 10, of 2 where the highest bit is set. 6 for microseconds, 9 for nanoseconds.</summary>
    public byte TimestampResolution { get; init; } = 9;

    /// <summary>Seconds that were taken off its times (if_tsoffset); added back by a reader.</summary>
    public long TimestampOffset { get; init; }

    /// <summary>Comments on the interface (opt_comment).</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}
