using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Step 4: finds the next hop of packets that leave Ethernet or their segment, hears and answers ARP and ND. Without such ports and gateways it is not there.</summary>
/// <remarks>Belongs to one thread. Behind it every frame has the MAC address that it goes to. The README of this folder has the theory of operation.</remarks>
internal sealed class Layer3Stage
{
    private readonly Layer3State _state;
    private readonly Outbox _outbox;
    private readonly PacketRouter _router;
    private readonly NeighborAgent _agent;
    private readonly Layer3Burst _burst;
    private readonly List<NeighborDue> _due = [];
    private readonly List<IpAddressKey> _forsaken = [];

    internal Layer3Stage(Layer3State state, FrameBatch batch, FrameAddresses addresses, Resolver resolver, Egress egress)
    {
        _state = state;
        _outbox = new Outbox(batch.Capacity, resolver, egress, state.Own.Counters);
        _router = new PacketRouter(state, _outbox);
        _agent = new NeighborAgent(state, _outbox, _router);
        _burst = new Layer3Burst(batch, addresses);
    }

    /// <summary>Works on a burst that was admitted and learned; what the switch has to say itself is sent before it.</summary>
    /// <param name="model">The switch as configured, with an internet layer.</param>
    /// <param name="time">When.</param>
    internal void Process(SwitchModel model, BurstTime time)
    {
        Begin(model, time);
        FrameBatch batch = _burst.Batch;
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Drop != DropReason.None)
            {
                continue;
            }

            PortId ingress = frame.Ingress;
            frame.Drop = Judge(i, ref frame, model.Layer3!);
            if (frame.Drop is not (DropReason.None or DropReason.Taken))
            {
                model.CountersOf(ingress).Drop(frame.Drop);
            }
        }

        _outbox.Send();
    }

    /// <summary>Whether the internet layer has a say in what becomes of a frame, whatever it would say.</summary>
    internal static bool Concerns(ReadOnlySpan<byte> octets, VlanId vlan, MacAddress destination, Layer3Model layer3) =>
        vlan == VlanId.Default
        && (destination == layer3.RouterAddress
            || (InternetPayload.TryFind(octets, out EtherType type, out int offset)
                && (type == EtherType.Arp || (type == EtherType.IPv6 && NeighborMessage.IsNeighborDiscovery(octets[offset..])))));

    /// <summary>Does what the time brings: asks again, gives up.</summary>
    internal void Advance(SwitchModel model, BurstTime time)
    {
        long now = time.Milliseconds;
        Begin(model, time);
        if (model.Layer3 is not null)
        {
            _due.Clear();
            _state.Neighbors.Advance(now, _due);
            foreach (NeighborDue due in _due)
            {
                if (due.Kind == NeighborDueKind.Failed)
                {
                    _router.Abandon(_burst, due.Address);
                }
                else
                {
                    _router.Solicit(model.Layer3, due);
                }
            }
        }

        _forsaken.Clear();
        _state.Held.FindForsaken(model.Layer3 is null ? null : _state.Neighbors, _forsaken);
        foreach (IpAddressKey neighbor in _forsaken)
        {
            _router.Abandon(_burst, neighbor);
        }

        _outbox.Send();
    }

    private void Begin(SwitchModel model, BurstTime time)
    {
        _burst.Model = model;
        _burst.Now = time.Milliseconds;
        _outbox.Begin(model, time);
    }

    private DropReason Judge(int index, ref FrameMetadata frame, Layer3Model layer3)
    {
        if (layer3.PortOf(frame.Ingress) is { } port)
        {
            return _router.ForwardFromPort(_burst, index, port);
        }

        ReadOnlySpan<byte> octets = _burst.Batch.Octets(index);
        if (frame.Vlan != VlanId.Default)
        {
            return DropReason.None; // the internet layer is in the default VLAN
        }

        bool isToRouter = _burst.Addresses.Destinations[index].Mac == layer3.RouterAddress;
        if (!InternetPayload.TryFind(octets, out EtherType type, out int offset))
        {
            return isToRouter ? DropReason.NotForPort : DropReason.None;
        }

        if (type == EtherType.Arp)
        {
            return _agent.HearArp(_burst, index, offset);
        }

        if (type == EtherType.IPv6 && NeighborMessage.IsNeighborDiscovery(octets[offset..]))
        {
            return _agent.HearDiscovery(_burst, index, offset);
        }

        return isToRouter ? _router.ForwardFromFrame(_burst, index, type, offset)
            : frame.Length - offset > layer3.SmallestMtu ? _router.CheckLength(_burst, index, type, offset)
            : DropReason.None;
    }
}
