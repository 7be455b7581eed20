using VSwitch.Filtering;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Says what step 3 made of a frame's source.</summary>
internal static class LearningExplanation
{
    internal static string Of(DropReason reason, StationKey source, FilteringEntry? before, FilteringEntry? now, in FrameMetadata frame, SwitchModel model)
    {
        BridgePort? port = model.Bridge?.Find(frame.Ingress);
        string station = $"{source.Mac} in VLAN {source.Vlan}";
        return reason switch
        {
            DropReason.StaticSource => $"{station} is behind {At(before, model)} for good ({KindOf(before)} entry)",
            DropReason.StationHeld => $"{station} moves to and fro, and is held at {At(before, model)}",
            DropReason.StationLimit => port?.Policy.StationLimit is { } limit
                ? $"{station} would be one more than the {limit.Max} stations that {port.Port.Name} may have"
                : $"{station} would be one more than VLAN {source.Vlan} may have",
            DropReason.None when model.IsWire || (model.Bridge is { } bridge && !bridge.Learns(frame.Ingress, frame.Vlan)) => "nothing is learned here",
            DropReason.None when before is { } known && known.Port == frame.Ingress => $"{station} is known here ({KindOf(before)} entry, {Age(known)})",
            DropReason.None when before is not null => $"{station} has moved here from {At(before, model)}",
            DropReason.None when now is null => $"{station} is new, and not learned: there is no room for it",
            DropReason.None => $"{station} is new, and learned here",
            _ => DropReasons.Describe(reason),
        };
    }

    internal static string KindOf(FilteringEntry? entry) => entry?.Kind switch
    {
        FilteringEntryKind.Static => "static",
        FilteringEntryKind.Sticky => "sticky",
        _ => "dynamic",
    };

    internal static string Age(FilteringEntry entry) => entry.Kind == FilteringEntryKind.Dynamic ? $"heard {entry.Age.TotalSeconds:0} s ago" : "never ages";

    internal static string At(FilteringEntry? entry, SwitchModel model) => entry is { } known ? model.NameOf(known.Port) : "nowhere";
}
