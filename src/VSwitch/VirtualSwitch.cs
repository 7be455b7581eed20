using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Forwarding;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Layer3;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch;

/// <summary>A learning switch over packet devices.</summary>
/// <remarks>
/// It has no thread and no clock of its own: whoever owns it runs its pipelines (<see cref="CreatePipeline"/>, one a thread, or <see cref="Run"/>) and calls
/// <see cref="Advance"/> when a device has an event, and once in an <see cref="AdvanceInterval"/>. Ports come and go, from any thread, while frames flow.
/// </remarks>
public sealed partial class VirtualSwitch
{
    private readonly SwitchState _state;
    private readonly Lock _configuring = new();
    private readonly Dictionary<string, SwitchPort> _ports = new(StringComparer.Ordinal);
    private readonly PortTable _places = new();
    private readonly List<ForwardingPipeline> _pipelines = [];
    private readonly UnpluggedCounters _unplugged = new();
    private readonly Lazy<ForwardingPipeline> _own;
    private readonly SwitchOptions _options;
    private SwitchPort[] _portList = [];

    /// <summary>Makes a switch without ports.</summary>
    /// <param name="options">Sizes and times; null for the defaults.</param>
    /// <param name="time">The only clock that the switch knows; null for the system's.</param>
    public VirtualSwitch(SwitchOptions? options = null, TimeProvider? time = null)
    {
        options ??= new SwitchOptions();
        _options = options;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BurstFrames, 1, nameof(options));
        FilteringDatabase = new FilteringDatabase(options.FilteringDatabaseSize, options.AgeingTime, options.HashSeed);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Name, nameof(options));
        _name = options.Name;
        var own = new OwnStation();
        var layer3 = new Layer3State(options.Neighbors, FilteringDatabase, own);
        _layer3 = new Layer3Configuration(layer3, MacAddress.FromName(_name));
        time ??= TimeProvider.System;
        _state = new SwitchState(time, time.GetTimestamp(), FilteringDatabase, layer3, own, options.BurstFrames);
        _own = new Lazy<ForwardingPipeline>(CreatePipeline);
        _errands = new Lazy<ForwardingPipeline>(CreatePipeline);
        _services = new BridgeServices(null, null, HardwareAddress, _events.Writer);
        PolicyCheck.Check(options.Bridge);
        Adopt(options.Bridge);
        Publish();
    }

    /// <summary>Who is behind which port.</summary>
    public FilteringDatabase FilteringDatabase { get; }

    /// <summary>The ports, in the order of their numbers.</summary>
    public IReadOnlyList<SwitchPort> Ports => Volatile.Read(ref _portList);

    /// <summary>Plugs a device in. The switch does not own it: unplug the port, then close the device.</summary>
    /// <param name="device">A device whose batch is no larger than the switch's bursts.</param>
    /// <param name="name">Unique in the switch; null for the device's name.</param>
    /// <param name="options">What a device of bare IP packets does not say itself; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is taken, or the device does not fit.</exception>
    /// <exception cref="InvalidOperationException">The switch has as many ports as it can have.</exception>
    public SwitchPort AddPort(IPacketDevice device, string? name = null, PortOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        IReadOnlyList<IPacketDevice> queues = device is IMultiQueueDevice multiQueue ? multiQueue.Queues : [device];
        name ??= device.Name;
        options ??= new PortOptions();
        Check(device, queues, name);
        PolicyCheck.Check(options.Policy, device.LinkLayer);
        lock (_configuring)
        {
            if (_ports.TryGetValue(name, out SwitchPort? taken) || (taken = _ports.Values.FirstOrDefault(p => p.Device == device)) is not null)
            {
                throw new ArgumentException($"port {taken.Name} is in the switch already", nameof(device));
            }

            if (_options.IsWire && (_ports.Count == 2 || device.LinkLayer == LinkLayer.Ip))
            {
                throw new ArgumentException("a wire has two ends, of Ethernet: there is no place for another port", nameof(device));
            }

            PortId id = _places.Take();
            try
            {
                Layer3Port? layer3 = device.LinkLayer == LinkLayer.Ip ? Settle(id, name, options) : null;
                var forwarding = new ForwardingPort(id, queues, new TrafficCounters(), layer3) { Name = name, IsTrusted = options.IsTrusted };
                var port = new SwitchPort(name, device, forwarding);
                Adopt(port, options.Policy);
                _ports.Add(name, port);
                _portList = [.. _portList.TakeWhile(p => p.Id.Index < id.Index), port, .. _portList.SkipWhile(p => p.Id.Index < id.Index)];
                ReadEvents(port);
                Publish();
                return port;
            }
            catch
            {
                FilteringDatabase.Flush(id, includeStatic: true);
                Neighbors.Flush(id, includeStatic: true);
                _places.Return(id);
                throw;
            }
        }
    }

    /// <summary>Unplugs a port. What was learned behind it is forgotten; its counters stay in <see cref="GetTotals"/>.</summary>
    /// <returns>False when it was unplugged before.</returns>
    public bool RemovePort(SwitchPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return RemovePorts([port]) == 1;
    }

    /// <summary>Unplugs several ports, with one change for all.</summary>
    /// <returns>How many had not been unplugged before.</returns>
    internal int RemovePorts(IReadOnlyList<SwitchPort> ports)
    {
        lock (_configuring)
        {
            SwitchPort[] present = [.. ports.Where(p => _ports.GetValueOrDefault(p.Name) == p)];
            foreach (SwitchPort port in present)
            {
                _ports.Remove(port.Name);
                port.IsUp = false;
                foreach (AttachedDevice queue in port.Queues)
                {
                    queue.IsDetached = true; // before the new model, whose fence makes it seen by every burst that begins from now on
                }
            }

            if (present.Length == 0)
            {
                return 0;
            }

            _portList = [.. _portList.Except(present)];
            Publish();
            foreach (SwitchPort port in present)
            {
                _unplugged.Add(port.Counters, _pipelines);
                FilteringDatabase.Flush(port.Id, includeStatic: true);
                Neighbors.Flush(port.Id, includeStatic: true);
                _places.Return(port.Id);
            }

            return present.Length;
        }
    }

    /// <summary>Finds a port by its name.</summary>
    public SwitchPort? FindPort(string name) => Ports.FirstOrDefault(p => p.Name == name);

    /// <summary>Makes a pipeline for a further thread. It lasts as long as the switch.</summary>
    public ForwardingPipeline CreatePipeline()
    {
        lock (_configuring)
        {
            var pipeline = new ForwardingPipeline(_pipelines.Count, _state);
            _pipelines.Add(pipeline);
            return pipeline;
        }
    }

    /// <summary>Forwards, on the calling thread, all that the devices have, until none has anything more or the limit is reached.</summary>
    /// <param name="maxBursts">Bound for devices that never run dry.</param>
    /// <returns>Frames received.</returns>
    /// <remarks>One thread at a time, and not beside other pipelines that receive from the same devices.</remarks>
    public long Run(int maxBursts = 1024)
    {
        ForwardingPipeline pipeline = _own.Value;
        foreach (SwitchPort port in Ports)
        {
            foreach (AttachedDevice queue in port.Queues)
            {
                pipeline.MarkReady(queue);
            }
        }

        long frames = 0;
        for (int i = 0; i < maxBursts && pipeline.HasReady; i++)
        {
            frames += pipeline.RunBurst();
        }

        return frames;
    }

    /// <summary>Does what is due: takes note of devices' events, ages the filtering database.</summary>
    /// <remarks>Any thread. Call it when a device has an event, and once in an <see cref="AdvanceInterval"/>.</remarks>
    public void Advance()
    {
        lock (_configuring)
        {
            bool changed = false;
            foreach (SwitchPort port in _portList)
            {
                changed |= ReadEvents(port);
            }

            changed |= ReadBridge();

            if (changed)
            {
                Publish();
            }

            _unplugged.Settle();
        }

        RunErrands();

        FilteringDatabase.Age(_state.SecondsAt(_state.Time.GetTimestamp()));
    }

    /// <summary>The sums over all ports, unplugged ones included.</summary>
    public TrafficCounters GetTotals()
    {
        var totals = new TrafficCounters();
        lock (_configuring)
        {
            _unplugged.AddTo(totals);
            totals.Add(_state.Own.Counters);
            foreach (SwitchPort port in _portList)
            {
                totals.Add(port.Counters);
            }
        }

        return totals;
    }

    /// <summary>All stations that are known now.</summary>
    public IReadOnlyList<FilteringEntry> GetStations() =>
        FilteringDatabase.Snapshot(_state.SecondsAt(_state.Time.GetTimestamp()));

    private void Check(IPacketDevice device, IReadOnlyList<IPacketDevice> queues, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (queues.Any(q => q.Capabilities.BatchSize > _state.BurstFrames))
        {
            throw new ArgumentException($"{name} yields more frames at once than the {_state.BurstFrames} of a burst", nameof(device));
        }
    }

    /// <returns>The port went up or down, or its MTU changed.</returns>
    private bool ReadEvents(SwitchPort port)
    {
        bool before = port.IsUp;
        int mtuBefore = port.Forwarding.Mtu;
        int mtu = port.Queues[0].AskMtu(out DropReason failure);
        port.Forwarding.Mtu = failure == DropReason.None ? mtu : mtuBefore;
        while (port.Device.Events.TryRead(out DeviceEvent change))
        {
            port.IsUp = change switch
            {
                DeviceEvent.Up => true,
                DeviceEvent.Down => false,
                _ => port.IsUp,
            };
        }

        if (port.Device.Events.Completion.IsCompleted)
        {
            port.IsUp = false; // closed for good
        }

        if (!port.IsUp && (before || FilteringDatabase.HeldDynamic(port.Id) > 0))
        {
            // Its stations may turn up elsewhere: let them be searched for. A burst that was under way may learn some after the first time.
            FilteringDatabase.Flush(port.Id);
            Neighbors.Flush(port.Id);
        }

        return before != port.IsUp || mtuBefore != port.Forwarding.Mtu;
    }

    private void Publish()
    {
        Layer3Model? layer3 = UpdateLayer3();
        UpdateBlocks();
        TellCaptures(); // before a burst can meet a port that they don't know
        PortSet up = new(_portList is [.., SwitchPort last] ? last.Id.Index + 1 : 0);
        foreach (SwitchPort port in _portList)
        {
            if (port.IsUp && port.Block == PortBlock.None)
            {
                up.Add(port.Id.Index);
            }
        }

        _state.Model = new SwitchModel(Array.ConvertAll(_portList, p => p.Forwarding), IsUp, _unplugged.Late, layer3, UpdateBridge(IsUp))
        {
            IsWire = _options.IsWire,
        };

        bool IsUp(ForwardingPort port) => up.Contains(port.Id.Index);
    }
}
