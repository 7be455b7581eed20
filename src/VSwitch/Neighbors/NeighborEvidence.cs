namespace VSwitch.Neighbors;

/// <summary>What a message says of an address and a hardware address.</summary>
internal enum NeighborEvidence
{
    /// <summary>The sender of an ARP request; the source of a neighbour solicitation with a source link-layer address option.</summary>
    Solicitation,

    /// <summary>The sender of an ARP reply.</summary>
    Reply,

    /// <summary>The sender of an ARP message that is its target, too (RFC 5227, section 3).</summary>
    Gratuitous,

    /// <summary>A neighbour advertisement, S=1 O=0.</summary>
    SolicitedAdvertisement,

    /// <summary>A neighbour advertisement, S=1 O=1.</summary>
    SolicitedOverride,

    /// <summary>A neighbour advertisement, S=0 O=0.</summary>
    Advertisement,

    /// <summary>A neighbour advertisement, S=0 O=1.</summary>
    Override,
}
