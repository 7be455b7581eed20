using VSwitch.AccessControl;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Says why step 2 admitted or dropped a frame, and of which VLAN it is.</summary>
internal static class IngressExplanation
{
    internal static string Of(DropReason reason, FrameBatch batch, int index, SwitchModel model)
    {
        ref FrameMetadata frame = ref batch[index];
        BridgePort? port = model.Bridge?.Find(frame.Ingress);
        PortPolicy policy = port?.Policy ?? PortPolicy.None;
        return reason switch
        {
            DropReason.None => Admission(batch, index, port, model),
            DropReason.Taken => Taken(batch.Octets(index), port),
            DropReason.PortBlocked => port is null ? "the port was unplugged" : port.Port.Gate.IsShut ? "the port was shut: too many stations" : "the loop guard blocks the port",
            DropReason.FrameTypeNotAccepted => $"the port admits {Admitted(policy.Vlans.AcceptableFrameTypes)}, and this one is {TagOf(in frame)}",
            DropReason.NotMember => $"the port is no member of VLAN {frame.Vlan}: its member set is {policy.Vlans.MemberSet}",
            DropReason.ReservedAddress =>
                $"{MacAddress.Read(batch.Octets(index))} is reserved for the link (802.1Q, table 8-1), and the port's policy does not let it pass",
            DropReason.Policed => $"more than the {policy.Policing} that the port lets in",
            DropReason.AccessDenied => Rule(policy.IngressAccess, batch.Octets(index)),
            DropReason.StaticSource => "a probe of the loop guard that the switch has not sent",
            _ => DropReasons.Describe(reason),
        };
    }

    internal static string Rule(AccessList? access, ReadOnlySpan<byte> octets)
    {
        if (access is null)
        {
            return "";
        }

        int rule = access.Find(octets);
        return rule < 0 ? $"access list {access.Name}: no rule matches" : $"access list {access.Name}, rule {rule + 1}: {access.Rules[rule]}";
    }

    private static string Admission(FrameBatch batch, int index, BridgePort? port, SwitchModel model)
    {
        ref FrameMetadata frame = ref batch[index];
        if (model.IsWire)
        {
            return "everything passes: the switch is a wire";
        }

        if (port is null)
        {
            return EthernetHeader.TryRead(batch.Octets(index), out EthernetHeader header) && VlanTag.IsTag(header.EtherType)
                ? $"VLAN {frame.Vlan} by its tag"
                : $"VLAN {frame.Vlan}: untagged";
        }

        bool isByTag = frame.IsTagged && frame.Vlan != port.Pvid;
        string vlan = port.IsTunnel ? $"VLAN {frame.Vlan}: all that comes in here is (tunnel)"
            : isByTag ? $"VLAN {frame.Vlan} by its tag (0x{(int)frame.TagProtocol:x4}, priority {frame.Priority >> 1}{(port.Map is null ? "" : ", translated")})"
            : $"VLAN {frame.Vlan}: {TagOf(in frame)}, PVID {port.Pvid}";
        return port.Policy.IngressAccess is { } access ? $"{vlan}; {Rule(access, batch.Octets(index))}" : vlan;
    }

    private static string Taken(ReadOnlySpan<byte> octets, BridgePort? port) =>
        LoopProbe.IsTo(MacAddress.Read(octets)) ? "a probe of the loop guard has come back" : $"the switch is the receiver: {port?.Port.Name} peers with the protocol";

    private static string Admitted(AcceptableFrameTypes types) => types switch
    {
        AcceptableFrameTypes.OnlyTagged => "only VLAN-tagged frames",
        AcceptableFrameTypes.OnlyUntagged => "only untagged and priority-tagged frames",
        _ => "all frames",
    };

    private static string TagOf(in FrameMetadata frame) =>
        !frame.IsTagged ? "untagged" : $"tagged (0x{(int)frame.TagProtocol:x4}, VLAN {frame.Vlan})";
}
