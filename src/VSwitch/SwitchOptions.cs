using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Neighbors;
using VSwitch.Policies;

namespace VSwitch;

/// <summary>How a switch is made; nothing of it changes later.</summary>
public sealed record SwitchOptions
{
    /// <summary>The switch's name; its own MAC address, and those that it speaks for, are made of it.</summary>
    public string Name { get; init; } = "vswitch";

    /// <summary>Stations that the filtering database holds; 1 to 1,048,576.</summary>
    public int FilteringDatabaseSize { get; init; } = FilteringDatabase.DefaultCapacity;

    /// <summary>How long a silent station stays known; 1 s to 1,000,000 s.</summary>
    public TimeSpan AgeingTime { get; init; } = FilteringDatabase.DefaultAgeingTime;

    /// <summary>Frames that a burst holds at most; no device's batch may be larger.</summary>
    public int BurstFrames { get; init; } = FrameBatch.DefaultCapacity;

    /// <summary>
    /// Scatters the entries of the filtering database, and tells the loop guard's probes from others': not two switches of one name may have the same, and one with hostile stations wants a
    /// secret one. It has no influence on where a frame goes as long as the database is not full. 0: the loop guard takes one by chance.
    /// </summary>
    public ulong HashSeed { get; init; }

    /// <summary>What the bridge does as a whole.</summary>
    public BridgePolicy Bridge { get; init; } = BridgePolicy.None;

    /// <summary>The switch is a cable between two ports: everything passes, reserved addresses and PAUSE too, and nothing is learned.</summary>
    public bool IsWire { get; init; }

    /// <summary>Sizes and times of ARP and neighbour discovery.</summary>
    public NeighborOptions Neighbors { get; init; } = new();
}
