using VSwitch.Filtering;
using VSwitch.Neighbors;
using VSwitch.Routing;

namespace VSwitch.Forwarding.Layer3;

/// <summary>What the pipelines of one switch share of its internet layer.</summary>
internal sealed class Layer3State(NeighborOptions neighbors, FilteringDatabase filteringDatabase, OwnStation own)
{
    /// <summary>Which MAC address and port each IP address has.</summary>
    internal NeighborTable Neighbors { get; } = new(neighbors);

    /// <summary>Which port each MAC address is behind.</summary>
    internal FilteringDatabase FilteringDatabase { get; } = filteringDatabase;

    /// <summary>Where packets go that are for another network.</summary>
    internal PrefixTable<Hop> Routes { get; } = new();

    /// <summary>Packets that wait until their next hop has answered.</summary>
    internal HeldPackets Held { get; } = new();

    /// <summary>Bounds what the switch says about others' packets.</summary>
    internal IcmpLimiter Limiter { get; } = new();

    /// <summary>Counts what the switch says and hears itself.</summary>
    internal OwnStation Own { get; } = own;
}
