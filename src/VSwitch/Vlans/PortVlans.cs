using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Vlans;

/// <summary>Which VLANs a port is a member of, and with which tags (IEEE Std 802.1Q-2018, clauses 6.9 and 8.8).</summary>
/// <remarks>
/// A frame without a tag, or with a tag of VID 0, is of the VLAN <see cref="Pvid"/>; of a frame of a VLAN in <see cref="UntaggedSet"/> the tag is taken off at
/// egress. Ingress filtering is always on.
/// </remarks>
public sealed record PortVlans
{
    /// <summary>A member of all VLANs: VLAN 1 goes untagged, all others tagged.</summary>
    public static PortVlans Default { get; } = new();

    /// <summary>The VLAN of frames without a VLAN; null when such frames are not accepted.</summary>
    public VlanId? Pvid { get; init; } = VlanId.Default;

    /// <summary>VLANs whose frames go in and out here.</summary>
    public VlanSet MemberSet { get; init; } = VlanSet.All;

    /// <summary>VLANs whose frames go out without a tag.</summary>
    public VlanSet UntaggedSet { get; init; } = new(VlanId.Default);

    /// <summary>Which frames are admitted, by their tag.</summary>
    public AcceptableFrameTypes AcceptableFrameTypes { get; init; }

    /// <summary>
    /// The tag protocol identifier that makes a tag at this port, 0x8100 or 0x88A8; what has another is payload. Null: both are tags, and a new tag has 0x8100.
    /// </summary>
    public EtherType? TagProtocol { get; init; }

    /// <summary>All frames, tagged or not, are of the VLAN <see cref="Pvid"/>: their tags are payload (QinQ, a customer's port of a provider bridge).</summary>
    public bool IsTunnel { get; init; }

    /// <summary>VLANs that have other numbers at this port.</summary>
    public IReadOnlyList<VlanTranslation> Translations { get; init; } = [];

    /// <summary>One VLAN, untagged: tagged frames are not admitted.</summary>
    public static PortVlans Access(VlanId vlan) => new()
    {
        Pvid = vlan,
        MemberSet = new(vlan),
        UntaggedSet = new(vlan),
        AcceptableFrameTypes = AcceptableFrameTypes.OnlyUntagged,
    };

    /// <summary>Several VLANs, tagged, and at most one without a tag.</summary>
    /// <param name="vlans">The VLANs.</param>
    /// <param name="native">The VLAN of untagged frames, a member beside the others; null when untagged frames are not accepted.</param>
    /// <param name="tagNative">Frames of the native VLAN are sent with a tag all the same.</param>
    public static PortVlans Trunk(VlanSet vlans, VlanId? native = null, bool tagNative = false)
    {
        ArgumentNullException.ThrowIfNull(vlans);
        VlanSet own = native is { } vlan ? new(vlan) : VlanSet.Empty;
        return new()
        {
            Pvid = native,
            MemberSet = vlans.Union(own),
            UntaggedSet = tagNative ? VlanSet.Empty : own,
            AcceptableFrameTypes = native is null ? AcceptableFrameTypes.OnlyTagged : AcceptableFrameTypes.All,
        };
    }

    /// <summary>A customer's port: whatever it sends travels inside one service VLAN (dot1q-tunnel).</summary>
    public static PortVlans Tunnel(VlanId service) => new() { Pvid = service, MemberSet = new(service), UntaggedSet = new(service), IsTunnel = true };

    /// <summary>Finds what can't be meant.</summary>
    /// <exception cref="ArgumentException">With the reason.</exception>
    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(MemberSet);
        ArgumentNullException.ThrowIfNull(UntaggedSet);
        ArgumentNullException.ThrowIfNull(Translations);
        string? problem =
            Pvid is { Value: 0 or > 4094 } ? $"PVID {Pvid} is no VLAN from 1 to 4094"
            : IsTunnel && Pvid is null ? "a tunnel has a service VLAN: give it a PVID"
            : IsTunnel && Translations.Count > 0 ? "a tunnel's tags are payload: they can't be translated"
            : TagProtocol is not (null or EtherType.CustomerVlan or EtherType.ServiceVlan) ? "the tag protocol is 0x8100 or 0x88a8"
            : Pvid is null && AcceptableFrameTypes != AcceptableFrameTypes.OnlyTagged ? "without a PVID only tagged frames can be accepted"
            : Translations.Any(t => !VlanSet.All.Contains(t.OnWire) || !VlanSet.All.Contains(t.Inside)) ? "a translation is from a VLAN from 1 to 4094 to another"
            : Translations.DistinctBy(t => t.OnWire).Count() != Translations.Count || Translations.DistinctBy(t => t.Inside).Count() != Translations.Count
                ? "two translations are of the same VLAN"
            : null;
        if (problem is not null)
        {
            throw new ArgumentException(problem);
        }
    }
}
