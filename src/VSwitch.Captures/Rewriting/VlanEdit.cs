using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <summary>What happens to the outermost VLAN tag of a frame.</summary>
public sealed record VlanEdit
{
    /// <summary>Add, delete or change.</summary>
    public required VlanEditKind Kind { get; init; }

    /// <summary>The VID of the tag that is added, or that a changed tag gets; null leaves that of a changed one.</summary>
    public VlanId? Vlan { get; init; }

    /// <summary>The priority (PCP), 0 to 7; null for 0 in a new tag, and for no change.</summary>
    public byte? Priority { get; init; }

    /// <summary>The DEI bit, which was CFI; null for 0 in a new tag, and for no change.</summary>
    public bool? DropEligible { get; init; }

    /// <summary>The TPID of a tag that is added: <see cref="EtherType.CustomerVlan"/> or <see cref="EtherType.ServiceVlan"/>.</summary>
    public EtherType Protocol { get; init; } = EtherType.CustomerVlan;

    /// <summary>VIDs that a changed tag's is looked up in, first match wins; one that is not there keeps its own. Not with <see cref="Vlan"/>.</summary>
    public IReadOnlyList<(VlanId From, VlanId To)> Map { get; init; } = [];
}
