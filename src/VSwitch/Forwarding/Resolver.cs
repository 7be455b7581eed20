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

    /// <param name="batch">Frames that were admitted and learned.</param>
    /// <param name="addresses">Their stations.</param>
    /// <param name="model">The ports.</param>
    /// <param name="time">When.</param>
    /// <param name="plan">Takes the decisions.</param>
    internal void Resolve(FrameBatch batch, FrameAddresses addresses, SwitchModel model, BurstTime time, EgressPlan plan)
    {
        uint now = time.Seconds;
        BridgeModel? bridge = model.Bridge;
        _table.Locate(addresses.Destinations.AsSpan(0, batch.Count), _hashes);
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Drop != DropReason.None)
            {
                continue;
            }

            StationKey destination = addresses.Destinations[i];
            PortId egress = destination.IsGroup ? PortId.None : _table.Find(destination, _hashes[i], now);
            if (model.IsUp(egress) && egress != frame.Ingress && bridge is null)
            {
                plan.Assign(i, egress.Index);
                continue;
            }

            frame.Drop = bridge is null
                ? ResolveSlow(i, egress, frame.Ingress, model, plan)
                : BridgeResolver.Resolve(i, in frame, destination, egress, model, bridge, time, plan);
            if (frame.Drop != DropReason.None)
            {
                model.CountersOf(frame.Ingress).Drop(frame.Drop);
            }
        }
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
