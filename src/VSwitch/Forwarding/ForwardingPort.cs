using VSwitch.Devices;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Layer3;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding;

/// <summary>What the stages know of a port.</summary>
internal sealed class ForwardingPort(PortId id, IReadOnlyList<IPacketDevice> queues, TrafficCounters counters, Layer3Port? layer3 = null)
{
    private readonly AttachedDevice[] _queues = [.. queues.Select((queue, i) => new AttachedDevice(queue, id, counters, i))];

    internal PortId Id { get; } = id;

    /// <summary>What people call the port.</summary>
    internal string Name { get; init; } = "";

    internal TrafficCounters Counters { get; } = counters;

    /// <summary>What there is to know of a port that carries bare IP packets; null for one of Ethernet.</summary>
    internal Layer3Port? Layer3 { get; } = layer3;

    /// <summary>Routers and DHCP servers may be behind the port.</summary>
    internal bool IsTrusted { get; init; } = true;

    /// <summary>Octets of the longest packet, as the device's last event left it.</summary>
    internal int Mtu { get; set; }

    /// <summary>Whether the port was shut.</summary>
    internal PortGate Gate { get; init; } = new();

    internal IReadOnlyList<AttachedDevice> Queues => _queues;

    /// <summary>The same port with other counters, to see what a single frame adds to them.</summary>
    internal ForwardingPort With(TrafficCounters counted) => Like([.. _queues.Select(q => q.Device)], counted, Gate);

    /// <summary>The same port for frames that nobody has sent: whatever happens there happens nowhere else.</summary>
    internal ForwardingPort Rehearsing(IPacketDevice device) => Like([device], new TrafficCounters(), new PortGate { IsShut = Gate.IsShut });

    private ForwardingPort Like(IReadOnlyList<IPacketDevice> devices, TrafficCounters counted, PortGate gate) =>
        new(Id, devices, counted, Layer3) { Name = Name, IsTrusted = IsTrusted, Mtu = Mtu, Gate = gate };

    /// <summary>The queue that a pipeline sends by: each its own as long as there are enough.</summary>
    internal AttachedDevice QueueOf(int pipeline) => _queues.Length == 1 ? _queues[0] : _queues[pipeline % _queues.Length];
}
