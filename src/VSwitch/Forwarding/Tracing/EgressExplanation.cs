using VSwitch.Devices;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Says what step 6 did with a frame at a port.</summary>
internal static class EgressExplanation
{
    internal static string Of(DropReason reason, FrameBatch batch, int index, ForwardingPort port, TrafficCounters counters, SwitchModel model)
    {
        ref FrameMetadata frame = ref batch[index];
        BridgePort? rules = model.Bridge?.Find(port.Id);
        string form = rules is null || port.Layer3 is not null ? ""
            : frame.IsTagged && VlanTag.TryRead(batch.Octets(index)[EthernetHeader.AddressOctets..], out VlanTag tag) ? $" with tag 0x{(int)tag.Protocol:x4} VLAN {tag.Vlan}"
            : " untagged";
        string lost = counters.SentFrames > 0 && reason != DropReason.None ? $", {counters.TotalDrops()} segments lost: {reason}" : "";
        return reason switch
        {
            _ when counters.SentFrames > 1 => $"{port.Name}: sent{form}, cut into {counters.SentFrames} segments{lost}",
            _ when counters.SentFrames == 1 => $"{port.Name}: sent{form}, {counters.SentOctets} octets{lost}",
            DropReason.PortBlocked => $"{port.Name}: the port is blocked",
            DropReason.Oversize => $"{port.Name}: {frame.Length} octets are more than the MTU of {port.Mtu} allows",
            DropReason.EgressAccessDenied => $"{port.Name}: {IngressExplanation.Rule(rules?.Policy.EgressAccess, batch.Octets(index))}",
            _ => $"{port.Name}: {DropReasons.Describe(reason)}",
        };
    }
}
