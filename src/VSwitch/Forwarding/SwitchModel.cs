using VSwitch.Devices;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Layer3;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding;

/// <summary>The switch as configured at one moment; immutable, read once a burst.</summary>
internal sealed class SwitchModel
{
    private readonly ForwardingPort?[] _byIndex;
    private readonly PortId[] _upByIndex; // None where there is no port, or it is down

    /// <param name="ports">All ports.</param>
    /// <param name="isUp">Whether a port's link is up.</param>
    /// <param name="unplugged">Counts for ports that are no more.</param>
    /// <param name="layer3">The internet layer, where there is one.</param>
    /// <param name="bridge">VLANs and policies, where there are some.</param>
    internal SwitchModel(
        IReadOnlyCollection<ForwardingPort> ports,
        Func<ForwardingPort, bool> isUp,
        TrafficCounters unplugged,
        Layer3Model? layer3 = null,
        BridgeModel? bridge = null)
    {
        Unplugged = unplugged;
        Layer3 = layer3;
        Bridge = bridge;
        int places = 0;
        foreach (ForwardingPort port in ports)
        {
            places = Math.Max(places, port.Id.Index + 1);
            HasUntrusted |= !port.IsTrusted;
        }

        _byIndex = new ForwardingPort?[places];
        _upByIndex = new PortId[places];
        Array.Fill(_upByIndex, PortId.None);
        int up = 0;
        foreach (ForwardingPort port in ports)
        {
            _byIndex[port.Id.Index] = port;
            if (isUp(port))
            {
                _upByIndex[port.Id.Index] = port.Id;
                up++;
            }
        }

        UpPorts = new ForwardingPort[up];
        up = 0;
        for (int place = 0; place < places; place++)
        {
            if (_upByIndex[place] != PortId.None)
            {
                UpPorts[up++] = _byIndex[place]!;
            }
        }
    }

    /// <summary>A switch without ports.</summary>
    internal static SwitchModel Empty { get; } = new([], _ => false, new TrafficCounters());

    /// <summary>TUN ports, gateways and routes; null where there are none, and nothing is spent on them.</summary>
    internal Layer3Model? Layer3 { get; }

    /// <summary>VLANs and policies; null where there are none, and nothing is spent on them.</summary>
    internal BridgeModel? Bridge { get; }

    /// <summary>The switch is a cable: everything passes, nothing is learned.</summary>
    internal bool IsWire { get; init; }

    /// <summary>Some port is not trusted with routers and servers.</summary>
    internal bool HasUntrusted { get; }

    /// <summary>Ports whose link is up: whom a flood reaches.</summary>
    internal ForwardingPort[] UpPorts { get; }

    /// <summary>The counters of all ports that are no more, taken together.</summary>
    internal TrafficCounters Unplugged { get; }

    /// <summary>The port, unless it was unplugged since.</summary>
    internal ForwardingPort? Find(PortId id)
    {
        ForwardingPort?[] ports = _byIndex;
        int index = id.Index;
        return (uint)index < (uint)ports.Length && ports[index] is { } port && port.Id == id ? port : null;
    }

    /// <summary>The port's counters; a frame whose port was unplugged while it was under way is counted all the same.</summary>
    internal TrafficCounters CountersOf(PortId id) => Find(id)?.Counters ?? Unplugged;

    /// <summary>What people call a port.</summary>
    internal string NameOf(PortId id) => id == PortId.Switch ? "the switch" : Find(id)?.Name ?? "an unplugged port";

    /// <summary>The port at a place; only for places that <see cref="Find"/> answered for.</summary>
    internal ForwardingPort At(int index) => _byIndex[index]!;

    /// <summary>The port is plugged in and its link is up.</summary>
    internal bool IsUp(PortId id)
    {
        PortId[] up = _upByIndex;
        int index = id.Index;
        return (uint)index < (uint)up.Length && up[index] == id;
    }
}
