using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A port as both switches are to have it.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Vlan">The VLAN of untagged frames; 0 for none.</param>
/// <param name="Trunks">VLANs that are tagged here; empty for all, where the role has any.</param>
/// <param name="IsIsolated">It does not reach its like.</param>
internal sealed record TopologyPort(PortRole Role, int Vlan, IReadOnlyList<int> Trunks, bool IsIsolated)
{
    /// <summary>In our words.</summary>
    internal PortPolicy Policy => new() { IsIsolated = IsIsolated, Vlans = Vlans };

    /// <summary>In the words of Open vSwitch.</summary>
    internal OvsPort Ovs => new()
    {
        IsProtected = IsIsolated,
        Tag = Vlan == 0 ? null : Vlan,
        Trunks = Trunks,
        QinqEthType = Role == PortRole.Tunnel ? "802.1q" : null, // ours has that of the trunk
        VlanMode = Role switch
        {
            PortRole.Access => "access",
            PortRole.Trunk => "trunk",
            PortRole.NativeTaggedTrunk => "native-tagged",
            PortRole.Tunnel => "dot1q-tunnel",
            _ => "native-untagged",
        },
    };

    private PortVlans Vlans => Role switch
    {
        PortRole.AllVlans => PortVlans.Default,
        PortRole.Access => PortVlans.Access(Vid(Vlan)),
        PortRole.Tunnel => PortVlans.Tunnel(Vid(Vlan)),
        _ => PortVlans.Trunk(new VlanSet([.. Trunks.Select(Vid)]), Vlan == 0 ? null : Vid(Vlan), tagNative: Role == PortRole.NativeTaggedTrunk),
    };

    public override string ToString() => $"{Role} {Vlan} [{string.Join(',', Trunks)}]{(IsIsolated ? " isolated" : "")}";

    private static VlanId Vid(int vid) => new((ushort)vid);
}
