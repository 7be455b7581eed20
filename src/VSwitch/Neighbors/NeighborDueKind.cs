namespace VSwitch.Neighbors;

/// <summary>What is to be done for an address.</summary>
internal enum NeighborDueKind
{
    /// <summary>Ask all for it: an ARP request by broadcast, a neighbour solicitation to the solicited-node group.</summary>
    Solicit,

    /// <summary>Ask the neighbour itself, by unicast.</summary>
    Probe,

    /// <summary>Nothing more is sent. What waits for the address is to be looked up once more, since it may have got known on another way, and else dropped.</summary>
    Failed,
}
