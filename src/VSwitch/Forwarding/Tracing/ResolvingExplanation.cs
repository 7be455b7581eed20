using VSwitch.Filtering;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Says why step 5 sends a frame where it does.</summary>
internal static class ResolvingExplanation
{
    internal static string Of(DropReason reason, StationKey to, FilteringEntry? entry, string[] ports, in FrameMetadata frame, SwitchModel model)
    {
        BridgePort? port = model.Bridge?.Find(frame.Ingress);
        string ingress = model.NameOf(frame.Ingress);
        string at = entry is { } known ? $"{to.Mac} in VLAN {to.Vlan} is behind {model.NameOf(known.Port)} ({LearningExplanation.KindOf(entry)} entry, {LearningExplanation.Age(known)})" : "";
        return reason switch
        {
            DropReason.None when entry is not null && ports.Length == 1 => at,
            DropReason.None => $"flood, {KindOf(to)}: to {string.Join(", ", ports)}{Scope(port, in frame, model)}",
            DropReason.SamePort => $"{at}, where the frame came from",
            DropReason.LinkDown => $"{at}, whose link is down",
            DropReason.NotMemberAtEgress => $"{at}, which is no member of VLAN {frame.Vlan}",
            DropReason.Isolated => $"{at}, and {ingress} is kept apart from it (isolated ports, private VLANs)",
            DropReason.StormControl => $"{KindOf(to)} of {ingress}: more than may be flooded",
            DropReason.NoEgress => $"flood, {KindOf(to)}: no other port is up{Scope(port, in frame, model)}",
            _ => DropReasons.Describe(reason),
        };
    }

    private static string KindOf(StationKey to) =>
        to.Mac == MacAddress.Broadcast ? "broadcast" : to.IsGroup ? "multicast" : "unknown unicast";

    private static string Scope(BridgePort? port, in FrameMetadata frame, SwitchModel model) =>
        model.Bridge is null ? "" : $" (members of VLAN {frame.Vlan}{(port is { Policy.IsIsolated: true } ? " that are not isolated" : "")})";
}
