using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Forwarding;

/// <summary>Step 5: decides for each frame: one port, all others, or none.</summary>
internal sealed class Resolver(FilteringDatabase database, int batchCapacity)
{
    private readonly LearningTable<StationKey, FilteringSlot> _table = database.Table;
    private readonly ulong[] _hashes = new ulong[batchCapacity];
    private readonly PortId[] _ports = new PortId[batchCapacity]; // where each destination is

    /// <param name="batch">Frames that were admitted and learned.</param>
    /// <param name="addresses">Their stations.</param>
    /// <param name="model">The ports.</param>
    /// <param name="time">When.</param>
    /// <param name="plan">Takes the decisions.</param>
    internal void Resolve(FrameBatch batch, FrameAddresses addresses, SwitchModel model, BurstTime time, EgressPlan plan)
    {
        Span<FrameMetadata> frames = batch.Frames;
        ReadOnlySpan<StationKey> destinations = addresses.Destinations.AsSpan(0, frames.Length);
        Span<PortId> ports = _ports.AsSpan(0, frames.Length);
        _table.Locate(destinations, _hashes);
        _table.Find(destinations, _hashes, time.Seconds, ports);
        BridgeModel? bridge = model.Bridge;
        for (int i = AssignKnown(0, frames, ports, model, plan); i < frames.Length; i = AssignKnown(i + 1, frames, ports, model, plan))
        {
            ref FrameMetadata frame = ref frames[i];
            if (frame.Drop != DropReason.None)
            {
                continue;
            }

            frame.Drop = bridge is null
                ? ResolveSlow(i, ports[i], frame.Ingress, model, plan)
                : BridgeResolver.Resolve(i, in frame, destinations[i], ports[i], model, bridge, time, plan);
            if (frame.Drop != DropReason.None)
            {
                model.CountersOf(frame.Ingress).Drop(frame.Drop);
            }
        }
    }

    /// <summary>Assigns frames whose receiver is behind another port that is up, until one is not such a frame. Most are: a loop without a call.</summary>
    /// <returns>The first that is to be looked at. In a bridge with VLANs or policies each is.</returns>
    private static int AssignKnown(int first, ReadOnlySpan<FrameMetadata> frames, ReadOnlySpan<PortId> ports, SwitchModel model, EgressPlan plan)
    {
        if (model.Bridge is not null)
        {
            return first;
        }

        ports = ports[..frames.Length];
        int i = first;
        for (; i < frames.Length; i++)
        {
            ref readonly FrameMetadata frame = ref frames[i];
            PortId egress = ports[i];
            if (frame.Drop != DropReason.None || !model.IsUp(egress) || egress == frame.Ingress)
            {
                break;
            }

            plan.Assign(i, egress.Index);
        }

        return i;
    }

    private static DropReason ResolveSlow(int frame, PortId egress, PortId ingress, SwitchModel model, EgressPlan plan) =>
        model.Find(egress) is null ? Flood(frame, ingress, model, plan)
        : egress == ingress ? DropReason.SamePort
        : DropReason.LinkDown;

    private static DropReason Flood(int frame, PortId ingress, SwitchModel model, EgressPlan plan)
    {
        bool ingressIsUp = model.IsUp(ingress);
        int copies = model.UpPorts.Length - (ingressIsUp ? 1 : 0);
        if (copies == 0)
        {
            return DropReason.NoEgress;
        }

        // An unplugged ingress has no place any more; another port may have taken it, which is not to be left out.
        plan.Flood(frame, ingressIsUp ? ingress.Index : PortId.None.Index);
        model.CountersOf(ingress).Replicate(copies - 1);
        return DropReason.None;
    }
}
