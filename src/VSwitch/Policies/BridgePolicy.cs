using System.Collections.ObjectModel;
using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.Policies;

/// <summary>What the bridge does as a whole. Everything is off unless it is asked for, and costs nothing then.</summary>
public sealed record BridgePolicy
{
    /// <summary>A bridge without any.</summary>
    public static BridgePolicy None { get; } = new();

    /// <summary>VLANs whose hosts are kept apart.</summary>
    public IReadOnlyList<PrivateVlan> PrivateVlans { get; init; } = [];

    /// <summary>How many stations may be learned in a VLAN.</summary>
    public IReadOnlyDictionary<VlanId, StationLimit> StationLimits { get; init; } = ReadOnlyDictionary<VlanId, StationLimit>.Empty;

    /// <summary>VLANs in which nothing is learned, beside those that a mirror shows frames in: one that carries an RSPAN from another switch to a third.</summary>
    public VlanSet NotLearning { get; init; } = VlanSet.Empty;

    /// <summary>Copies of frames for somebody who watches.</summary>
    public IReadOnlyList<MirrorSession> Mirrors { get; init; } = [];

    /// <summary>Finds stations that move to and fro; null for not.</summary>
    public FlapOptions? Flapping { get; init; }

    /// <summary>Finds loops; null for not.</summary>
    public LoopGuardOptions? LoopGuard { get; init; }

    /// <summary>Hears what ports with <see cref="ReservedAddressAction.Peer"/> receive; null: it is dropped.</summary>
    public IProtocolPeer? Peer { get; init; }

    /// <summary>Nothing is asked for.</summary>
    internal bool IsEmpty => this is { PrivateVlans.Count: 0, StationLimits.Count: 0, Mirrors.Count: 0, NotLearning.Count: 0, Flapping: null, LoopGuard: null, Peer: null };

    /// <summary>The VLAN by which a station is learned: of a secondary VLAN, the primary one.</summary>
    internal StationKey FidOf(StationKey station) =>
        PrivateVlans.FirstOrDefault(p => p.Secondaries.Contains(station.Vlan)) is { } owner ? new(owner.Primary, station.Mac) : station;
}
