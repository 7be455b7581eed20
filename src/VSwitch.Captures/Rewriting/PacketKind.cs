namespace VSwitch.Captures.Rewriting;

/// <summary>What a frame carries, as far as a rewriter cares.</summary>
internal enum PacketKind
{
    /// <summary>Nothing that it would rewrite.</summary>
    Other,

    /// <summary>The frame ends inside a header that it would have to read, or the header is none.</summary>
    Broken,

    /// <summary>ARP for IPv4 over Ethernet.</summary>
    Arp,

    /// <summary>IPv4.</summary>
    IPv4,

    /// <summary>IPv6.</summary>
    IPv6,
}
