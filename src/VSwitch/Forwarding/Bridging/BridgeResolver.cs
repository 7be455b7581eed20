using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Step 5 in a bridge with VLANs or policies: one port, all that may have the frame, or none.</summary>
internal static class BridgeResolver
{
    /// <param name="index">Which frame of the burst.</param>
    /// <param name="frame">What is known of it.</param>
    /// <param name="destination">Whom it is for.</param>
    /// <param name="egress">Where that is, as far as anybody knows.</param>
    /// <param name="model">The ports.</param>
    /// <param name="bridge">Their policies.</param>
    /// <param name="time">When.</param>
    /// <param name="plan">Takes the decision.</param>
    internal static DropReason Resolve(
        int index, in FrameMetadata frame, StationKey destination, PortId egress, SwitchModel model, BridgeModel bridge, BurstTime time, EgressPlan plan)
    {
        if (model.Find(egress) is null)
        {
            return Flood(index, in frame, destination, model, bridge, time, plan);
        }

        DropReason reason = egress == frame.Ingress && bridge.Find(egress) is not { Policy.Hairpin: true } ? DropReason.SamePort
            : !model.IsUp(egress) ? DropReason.LinkDown
            : bridge.Judge(frame.Ingress, egress, frame.Vlan);
        if (reason == DropReason.None)
        {
            plan.Assign(index, egress.Index);
        }

        return reason;
    }

    private static DropReason Flood(
        int index, in FrameMetadata frame, StationKey destination, SwitchModel model, BridgeModel bridge, BurstTime time, EgressPlan plan)
    {
        BridgePort? port = bridge.Find(frame.Ingress); // none when the switch itself speaks
        FloodKind kind = destination.Mac == MacAddress.Broadcast ? FloodKind.Broadcast
            : destination.IsGroup ? FloodKind.Multicast
            : FloodKind.UnknownUnicast;
        if (port is not null && !port.Meters.Flood(kind, time.Nanoseconds, frame.Length))
        {
            return DropReason.StormControl;
        }

        PortSet members = bridge.Vlans[frame.Vlan].Members;
        PortSet reach = port?.Reach ?? bridge.AllUp;
        int except = port is null or { Policy.Hairpin: true } ? PortId.None.Index : frame.Ingress.Index;
        int copies = PortSet.CountOfBoth(members, reach) - (members.Contains(except) && reach.Contains(except) ? 1 : 0);
        if (copies == 0)
        {
            return DropReason.NoEgress;
        }

        plan.Flood(index, except, members, reach);
        model.CountersOf(frame.Ingress).Replicate(copies - 1);
        return DropReason.None;
    }
}
