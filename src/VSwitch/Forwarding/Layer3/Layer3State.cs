using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Neighbors;
using VSwitch.Routing;

namespace VSwitch.Forwarding.Layer3;

/// <summary>What the pipelines of one switch share of its internet layer.</summary>
internal sealed class Layer3State(NeighborOptions neighbors, FilteringDatabase filteringDatabase)
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

    /// <summary>
    /// The switch's own station: what it originates counts as received from it, what it consumes as sent to it.
    /// </summary>
    internal TrafficCounters Own { get; } = new();

    /// <summary>The switch itself was the receiver of a frame: counts it as sent to its own station.</summary>
    internal DropReason Take(int octets)
    {
        Own.Sent(1, octets);
        return DropReason.Taken;
    }
}
