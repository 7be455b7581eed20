using VSwitch.Devices;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding;

/// <summary>What the stages know of a port.</summary>
internal sealed class ForwardingPort(PortId id, IReadOnlyList<IPacketDevice> queues, TrafficCounters counters)
{
    private readonly AttachedDevice[] _queues = [.. queues.Select((queue, i) => new AttachedDevice(queue, id, counters, i))];

    internal PortId Id { get; } = id;

    internal TrafficCounters Counters { get; } = counters;

    /// <summary>The VLAN of untagged frames.</summary>
    internal VlanId Pvid { get; } = VlanId.Default;

    internal IReadOnlyList<AttachedDevice> Queues => _queues;

    /// <summary>The queue that a pipeline sends by: each its own as long as there are enough.</summary>
    internal AttachedDevice QueueOf(int pipeline) => _queues.Length == 1 ? _queues[0] : _queues[pipeline % _queues.Length];
}
