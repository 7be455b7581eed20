using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding;

/// <summary>Step 4: decides for each frame: one port, all others, or none.</summary>
internal sealed class Resolver(FilteringDatabase database, int batchCapacity)
{
    private readonly int[] _homes = new int[batchCapacity];

    /// <param name="batch">Frames that were admitted and learned.</param>
    /// <param name="addresses">Their stations.</param>
    /// <param name="model">The ports.</param>
    /// <param name="now">Seconds on the filtering database's scale.</param>
    /// <param name="plan">Takes the decisions.</param>
    internal void Resolve(FrameBatch batch, FrameAddresses addresses, SwitchModel model, uint now, EgressPlan plan)
    {
        database.Locate(addresses.Destinations.AsSpan(0, batch.Count), _homes);
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Drop != DropReason.None)
            {
                continue;
            }

            StationKey destination = addresses.Destinations[i];
            PortId egress = destination.IsGroup ? PortId.None : database.Find(destination, _homes[i], now);
            if (model.Find(egress) is null)
            {
                frame.Drop = Flood(i, ref frame, model, plan);
            }
            else if (egress == frame.Ingress)
            {
                frame.Drop = DropReason.SamePort;
            }
            else if (!model.IsUp(egress))
            {
                frame.Drop = DropReason.LinkDown;
            }
            else
            {
                plan.Assign(i, egress.Index);
            }

            if (frame.Drop != DropReason.None)
            {
                model.CountersOf(frame.Ingress).Drop(frame.Drop);
            }
        }
    }

    private static DropReason Flood(int index, ref FrameMetadata frame, SwitchModel model, EgressPlan plan)
    {
        bool ingressIsUp = model.Find(frame.Ingress) is not null && model.IsUp(frame.Ingress);
        int copies = model.UpPorts.Length - (ingressIsUp ? 1 : 0);
        if (copies == 0)
        {
            return DropReason.NoEgress;
        }

        // An unplugged ingress has no place any more that another port could have taken: Find has told them apart.
        plan.Flood(index, ingressIsUp ? frame.Ingress.Index : PortId.None.Index);
        model.CountersOf(frame.Ingress).Replicate(copies - 1);
        return DropReason.None;
    }
}
