using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Bridging;

/// <summary>What the stages know of a port in a bridge with policies: a part of one <see cref="BridgeModel"/>, which sets what depends on the other ports, and immutable from then on.</summary>
internal sealed class BridgePort
{
    internal BridgePort(ForwardingPort port, PortPolicy policy, PortMeters meters)
    {
        Port = port;
        Policy = policy;
        Meters = meters;
        PortVlans vlans = policy.Vlans;
        Pvid = vlans.Pvid ?? default;
        MemberSet = vlans.MemberSet;
        Accepts = vlans.AcceptableFrameTypes;
        IsTunnel = vlans.IsTunnel;
        TagProtocol = vlans.TagProtocol ?? EtherType.None;
        Map = vlans.Translations.Count > 0 ? new VidMap(vlans.Translations) : null;
        ProbeVlan = vlans.Pvid is { } pvid && MemberSet.Contains(pvid) ? pvid : MemberSet.Members().FirstOrDefault();
    }

    internal ForwardingPort Port { get; }

    internal PortId Id => Port.Id;

    internal PortPolicy Policy { get; }

    internal PortMeters Meters { get; }

    /// <summary>The VLAN of frames without one; 0 for none.</summary>
    internal VlanId Pvid { get; }

    /// <summary>VLANs that may come in.</summary>
    internal VlanSet MemberSet { get; }

    internal AcceptableFrameTypes Accepts { get; }

    internal bool IsTunnel { get; }

    /// <summary>What makes a tag here; <see cref="EtherType.None"/>: both kinds of tags do.</summary>
    internal EtherType TagProtocol { get; }

    /// <summary>What VLANs are called on the wire; null: as inside.</summary>
    internal VidMap? Map { get; }

    /// <summary>The VLAN in which the switch speaks at the port itself.</summary>
    internal VlanId ProbeVlan { get; }

    /// <summary>Ports that are up and not kept apart from this one; itself may be among them.</summary>
    internal PortSet Reach { get; set; } = PortSet.Empty;

    /// <summary>Where frames are shown as they come in; null for nowhere.</summary>
    internal MirrorTap[]? IngressTaps { get; set; }

    /// <summary>Where frames are shown as they go out; null for nowhere.</summary>
    internal MirrorTap[]? EgressTaps { get; set; }

    /// <summary>Gives a frame the tag, or none, with which this port sends frames of a VLAN.</summary>
    /// <returns>False when that can't be done to the frame.</returns>
    internal bool TryShape(FrameBatch batch, int index, VlanId vlan, VlanEntry entry) =>
        entry.Untagged.Contains(Id.Index) || IsOwnUntagged(batch[index].Ingress, vlan)
            ? TagShaper.TryUntag(batch, index)
            : TagShaper.TryTag(batch, index, TagProtocol, Map is null ? vlan : Map.OnWire(vlan));

    /// <summary>What the switch itself says at the port, even at one that is blocked and so in no VLAN at the moment.</summary>
    private bool IsOwnUntagged(PortId ingress, VlanId vlan) => ingress == PortId.Switch && Policy.Vlans.UntaggedSet.Contains(vlan);

    /// <summary>The EtherType of an outer tag at this port.</summary>
    internal bool IsTag(EtherType type) =>
        !IsTunnel && (TagProtocol == EtherType.None ? VlanTag.IsTag(type) : type == TagProtocol);
}
