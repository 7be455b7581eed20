using VSwitch.Filtering;
using VSwitch.Frames;

namespace VSwitch.Devices.Joining;

/// <summary>How a joiner is made; nothing of it changes later.</summary>
public sealed record JoinerOptions
{
    /// <summary>The joiner's name.</summary>
    public string Name { get; init; } = "joiner";

    /// <summary>
    /// What all nested devices carry, and so what is learned: <see cref="LinkLayer.Ip"/> learns IPv4 and IPv6 addresses, <see cref="LinkLayer.Ethernet"/> learns
    /// MAC addresses per VLAN.
    /// </summary>
    public LinkLayer LinkLayer { get; init; } = LinkLayer.Ip;

    /// <summary>The joiner's batch, for its life; no nested device's may be larger.</summary>
    public int BatchSize { get; init; } = FrameBatch.DefaultCapacity;

    /// <summary>Octets of the longest packet as long as no device is attached; then the smallest MTU of the devices counts.</summary>
    public int EmptyMtu { get; init; } = 1500;

    /// <summary>Addresses that are learned at most; 1 to 1,048,576.</summary>
    public int Capacity { get; init; } = FilteringDatabase.DefaultCapacity;

    /// <summary>How long a silent address stays known; 1 s to 1,000,000 s.</summary>
    public TimeSpan AgeingTime { get; init; } = FilteringDatabase.DefaultAgeingTime;

    /// <summary>Scatters the learned addresses; a joiner with hostile senders wants a secret one.</summary>
    public ulong HashSeed { get; init; }
}
