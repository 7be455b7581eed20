using System.Threading.Channels;
using VSwitch.Filtering;
using VSwitch.Forwarding;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Loops;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch;

/// <content>VLANs and policies. They are there as soon as a port or the switch has one that is not the default.</content>
public sealed partial class VirtualSwitch
{
    private const int MaxEvents = 256; // that wait to be read; the oldest are lost beyond
    private const int AdvancesPerProbe = 4;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Channel<BridgeEvent> _events = Channel.CreateBounded<BridgeEvent>(
        new BoundedChannelOptions(MaxEvents) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly List<StationKey> _released = [];
    private BridgePolicy _bridge = BridgePolicy.None;
    private BridgeServices _services;
    private TimeSpan _advanceInterval = s_second;

    /// <summary>What the bridge does as a whole.</summary>
    public BridgePolicy BridgePolicy => Volatile.Read(ref _bridge);

    /// <summary>What the bridge did by itself; the oldest are lost when nobody reads. A host, where there is one, reads and logs them.</summary>
    public ChannelReader<BridgeEvent> BridgeEvents => _events.Reader;

    /// <summary>
    /// How often <see cref="Advance"/> wants to be called: once a second; with a loop guard that probes, four times in its <see cref="LoopGuardOptions.ProbeInterval"/>, so that no
    /// probe is late by more than a quarter of it. It changes with the policy.
    /// </summary>
    public TimeSpan AdvanceInterval
    {
        get
        {
            lock (_configuring)
            {
                return _advanceInterval;
            }
        }
    }

    /// <summary>Stations that moved to and fro lately, with <see cref="BridgePolicy.Flapping"/>.</summary>
    public IReadOnlyList<FlappingStation> GetFlappingStations() =>
        Volatile.Read(ref _services).Moves?.Snapshot(_state.MillisecondsAt(_state.Time.GetTimestamp())) ?? [];

    /// <summary>Changes what the bridge does as a whole. What was learned stays.</summary>
    /// <exception cref="ArgumentException">It contradicts itself, or the switch is a wire.</exception>
    public void SetBridgePolicy(BridgePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        PolicyCheck.Check(policy);
        Configure(() => Adopt(policy));
    }

    /// <summary>Changes what the bridge does with frames of a port. What was learned stays where it is still allowed.</summary>
    /// <exception cref="ArgumentException">The policy contradicts itself, does not fit the port, or the port is not in the switch.</exception>
    public void SetPolicy(SwitchPort port, PortPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(policy);
        PolicyCheck.Check(policy, port.Device.LinkLayer);
        Configure(() =>
        {
            if (_ports.GetValueOrDefault(port.Name) != port)
            {
                throw new ArgumentException($"port {port.Name} is not in the switch", nameof(port));
            }

            Adopt(port, policy);
        });
    }

    /// <summary>Opens a port that was shut because of too many stations.</summary>
    public void OpenPort(SwitchPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        Configure(() => port.Forwarding.Gate.IsShut = false);
    }

    private void Adopt(BridgePolicy policy)
    {
        if (_options.IsWire && !policy.IsEmpty)
        {
            throw new ArgumentException("a wire has no policies", nameof(policy));
        }

        foreach ((VlanId vlan, _) in _bridge.StationLimits)
        {
            FilteringDatabase.SetLimit(vlan, null);
        }

        foreach ((VlanId vlan, StationLimit limit) in policy.StationLimits)
        {
            FilteringDatabase.SetLimit(vlan, limit.Max);
        }

        foreach (SwitchPort port in _portList)
        {
            Settle(port, port.Policy.Stations, policy); // private VLANs may be others
        }

        LoopGuard? loops = policy.LoopGuard is null ? null
            : policy.LoopGuard == _bridge.LoopGuard ? _services.Loops
            : MakeLoopGuard(policy.LoopGuard);
        bool watchesMoves = policy.Flapping is not null || policy.LoopGuard is { Method: LoopGuardMethod.Moves };
        FlapOptions flapping = policy.Flapping ?? new FlapOptions();
        MoveMonitor? moves = !watchesMoves ? null
            : policy.Flapping == _bridge.Flapping && policy.LoopGuard == _bridge.LoopGuard && _services.Moves is { } present ? present
            : new MoveMonitor(
                flapping.Moves,
                flapping.Window,
                policy.Flapping is null ? TimeSpan.Zero : flapping.HoldDown,
                countsPairs: policy.LoopGuard is { Method: LoopGuardMethod.Moves },
                _options.HashSeed);
        Volatile.Write(ref _services, new BridgeServices(loops, moves, HardwareAddress, _events.Writer));
        Volatile.Write(ref _bridge, policy);
        _advanceInterval = policy.LoopGuard is { Method: LoopGuardMethod.Probe } guard && guard.ProbeInterval / AdvancesPerProbe < s_second
            ? guard.ProbeInterval / AdvancesPerProbe
            : s_second;
    }

    private void Adopt(SwitchPort port, PortPolicy policy)
    {
        if (_options.IsWire && policy != PortPolicy.None)
        {
            throw new ArgumentException("a wire has no policies", nameof(policy));
        }

        Settle(port, policy.Stations, _bridge);
        if (policy.StationLimit != port.Policy.StationLimit)
        {
            FilteringDatabase.SetLimit(port.Id, policy.StationLimit?.Max);
        }

        if (policy.IsSticky != port.Policy.IsSticky)
        {
            FilteringDatabase.SetSticky(port.Id, policy.IsSticky);
        }

        port.Policy = policy;
        port.Meters = new PortMeters(policy);
    }

    /// <summary>Enters the stations that are behind a port for good, each where it is looked for, and takes those out that are no longer.</summary>
    private void Settle(SwitchPort port, IReadOnlyList<StationKey> stations, BridgePolicy bridge)
    {
        if (stations.Count == 0 && port.Settled.Count == 0)
        {
            return; // as nearly always
        }

        StationKey[] wanted = [.. stations.Select(bridge.FidOf).Distinct()];
        foreach (StationKey station in wanted)
        {
            CheckIsFree(station, port);
        }

        StationKey[] added = [.. wanted.Except(port.Settled)];
        foreach (StationKey station in added)
        {
            if (!FilteringDatabase.TryAddStatic(station, port.Id))
            {
                Array.ForEach(added, s => FilteringDatabase.Remove(s));
                throw new ArgumentException($"{port.Name}: the filtering database is full: there is no room for {station}", nameof(stations));
            }
        }

        foreach (StationKey station in port.Settled.Except(wanted))
        {
            FilteringDatabase.Remove(station);
        }

        port.Settled = wanted;
    }

    /// <summary>Notes which ports are blocked; one that is no longer up or guarded is no longer blocked for a loop.</summary>
    private void UpdateBlocks()
    {
        _services.Loops?.SetPorts([.. _portList.Where(p => p.IsUp && p.Policy.IsGuarded && p.Forwarding.Layer3 is null).Select(p => p.Id)]);
        foreach (SwitchPort port in _portList)
        {
            port.Block = port.Forwarding.Gate.IsShut ? PortBlock.StationLimit
                : _services.Loops is { } loops && loops.IsBlocked(port.Id) ? PortBlock.Loop
                : PortBlock.None;
        }
    }

    /// <summary>Brings VLANs and policies into line with the ports.</summary>
    /// <returns>The model for the stages; null when nothing of them is in use.</returns>
    private BridgeModel? UpdateBridge(Func<ForwardingPort, bool> isUp) =>
        _bridge.IsEmpty && _portList.All(p => p.Policy == PortPolicy.None)
            ? null
            : new BridgeModel([.. _portList.Select(p => new BridgePort(p.Forwarding, p.Policy, p.Meters))], isUp, _bridge, _services);

    /// <summary>Takes note of what the bridge did by itself.</summary>
    /// <returns>A port was blocked, shut or opened.</returns>
    private bool ReadBridge()
    {
        long now = _state.MillisecondsAt(_state.Time.GetTimestamp());
        bool changed = false;
        while (_services.Loops is { } loops && loops.TryTakeChange(out LoopChange change))
        {
            changed = true;
            ForgetStations(change.Port);
            ForgetStations(change.Other);
            Say(new(change.IsBlocked ? BridgeEventKind.LoopFound : BridgeEventKind.LoopGone, NameOf(change.Port), NameOf(change.Other)));
        }

        foreach (SwitchPort port in _portList)
        {
            if (port.Forwarding.Gate.IsShut && port.Block != PortBlock.StationLimit)
            {
                changed = true;
                Say(new(BridgeEventKind.PortShut, port.Name));
            }
        }

        if (_services.Moves is { } moves)
        {
            _released.Clear();
            moves.Advance(now, _released);
            foreach (StationKey station in _released)
            {
                FilteringDatabase.Unpin(station);
            }
        }

        return changed;

        void Say(BridgeEvent happened) => _events.Writer.TryWrite(happened);
    }

    /// <summary>What went round seemed to be behind the loop; what was behind both ports of it may be behind one of them now.</summary>
    private void ForgetStations(PortId port)
    {
        FilteringDatabase.Flush(port);
        Neighbors.Flush(port);
    }

    /// <summary>Without a seed, by chance: of two switches of one name each would take the other's probes for its own, and block their only cable.</summary>
    private LoopGuard MakeLoopGuard(LoopGuardOptions options)
    {
        ulong secret = _options.HashSeed != 0 ? _options.HashSeed : BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());
        return new LoopGuard(options, SipHash.Hash((secret, 1), HardwareAddress.Value), secret);
    }

    private string NameOf(PortId id) => _portList.FirstOrDefault(p => p.Id == id)?.Name ?? "";
}
