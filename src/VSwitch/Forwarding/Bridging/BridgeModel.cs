using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Forwarding.Bridging;

/// <summary>VLANs and policies of the bridge as configured at one moment; immutable, a part of <see cref="SwitchModel"/>. A bridge without any has none.</summary>
internal sealed class BridgeModel
{
    private readonly BridgePort?[] _byIndex;
    private readonly bool _learnsEverywhere;

    /// <param name="ports">All ports, with their policies; made for this model, which completes them.</param>
    /// <param name="isUp">Whether a port's link is up and it is not shut.</param>
    /// <param name="policy">Of the bridge as a whole.</param>
    /// <param name="services">What works beside the stages.</param>
    internal BridgeModel(
        IReadOnlyCollection<BridgePort> ports,
        Func<ForwardingPort, bool> isUp,
        BridgePolicy policy,
        BridgeServices services)
    {
        Policy = policy;
        Services = services;
        int places = ports.Count == 0 ? 0 : ports.Max(p => p.Id.Index) + 1;
        BridgePort[] up = [.. ports.Where(p => isUp(p.Port))];
        Vlans = new VlanTable(up, places, policy);
        AllUp = new PortSet(places);
        var notIsolated = new PortSet(places);
        foreach (BridgePort port in up)
        {
            AllUp.Add(port.Id.Index);
            if (!port.Policy.IsIsolated)
            {
                notIsolated.Add(port.Id.Index);
            }
        }

        var mirrors = new MirrorPlan(
            policy.Mirrors,
            name => up.FirstOrDefault(p => p.Port.Name == name && p.Port.Layer3 is null)?.Port,
            [.. ports.Select(p => p.Port.Name)]);
        _byIndex = new BridgePort?[places];
        foreach (BridgePort port in ports)
        {
            port.Reach = port.Policy.IsIsolated ? notIsolated : AllUp;
            port.IngressTaps = mirrors.TapsOf(port.Port.Name, MirrorDirections.Ingress);
            port.EgressTaps = mirrors.TapsOf(port.Port.Name, MirrorDirections.Egress);
            _byIndex[port.Id.Index] = port;
        }

        _learnsEverywhere = Vlans.LearnsEverywhere && ports.All(p => p.Policy.Learns);
        HasIngressTaps = _byIndex.Any(p => p?.IngressTaps is not null);
    }

    internal BridgePolicy Policy { get; }

    internal BridgeServices Services { get; }

    internal VlanTable Vlans { get; }

    /// <summary>Ports that are up: whom the switch itself reaches.</summary>
    internal PortSet AllUp { get; }

    /// <summary>Some port's frames are shown as they come in.</summary>
    internal bool HasIngressTaps { get; }

    /// <summary>The port, unless it was unplugged since.</summary>
    internal BridgePort? Find(PortId id)
    {
        BridgePort?[] ports = _byIndex;
        int index = id.Index;
        return (uint)index < (uint)ports.Length && ports[index] is { } port && port.Id == id ? port : null;
    }

    /// <summary>The port at a place where there is one.</summary>
    internal BridgePort At(PortId id) => _byIndex[id.Index]!;

    /// <summary>The port neither sends nor receives: it was shut, or is one end of a loop.</summary>
    internal bool IsBlocked(BridgePort port) => port.Port.Gate.IsShut || (Services.Loops is { } loops && loops.IsBlocked(port.Id));

    /// <summary>Whether a frame may go from one port to another.</summary>
    internal DropReason Judge(PortId ingress, PortId egress, VlanId vlan)
    {
        VlanEntry entry = Vlans[vlan];
        return !entry.Members.Contains(egress.Index) ? (entry.IsSecondary ? DropReason.Isolated : DropReason.NotMemberAtEgress)
            : !ReachOf(ingress).Contains(egress.Index) ? DropReason.Isolated
            : DropReason.None;
    }

    /// <summary>Ports that are up and not kept apart from a port, or from the switch itself.</summary>
    internal PortSet ReachOf(PortId ingress) => Find(ingress)?.Reach ?? AllUp;

    /// <summary>Sources of a frame are learned.</summary>
    internal bool Learns(PortId ingress, VlanId vlan) => _learnsEverywhere || (Vlans[vlan].Learns && Find(ingress) is not { Policy.Learns: false });
}
