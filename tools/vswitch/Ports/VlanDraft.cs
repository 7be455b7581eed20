using VSwitch.Identifiers;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Tool.Ports;

/// <summary>A port's VLANs while its keys are read: their order does not matter.</summary>
internal sealed class VlanDraft
{
    internal VlanId? Access { get; set; }

    internal VlanSet? Trunk { get; set; }

    internal VlanId? Native { get; set; }

    internal bool NativeTagged { get; set; }

    internal VlanId? Tunnel { get; set; }

    internal EtherType? TagProtocol { get; set; }

    internal IReadOnlyList<VlanTranslation> Translations { get; set; } = [];

    internal AcceptableFrameTypes? Accept { get; set; }

    /// <summary>Finds values that contradict each other; which keys do, <see cref="PortDraft"/> knows.</summary>
    internal IEnumerable<string> Problems()
    {
        PortVlans vlans = Make();
        if (Accept == AcceptableFrameTypes.OnlyTagged && (Access ?? Tunnel) is { } own)
        {
            yield return $"accept=tagged lets nothing into {(Access is null ? "tunnel" : "access")}={own}, where frames have no tag of the switch: leave it away";
        }
        else if (Accept is { } accept && accept != AcceptableFrameTypes.OnlyTagged && vlans.Pvid is null)
        {
            yield return $"accept={(accept == AcceptableFrameTypes.All ? "all" : "untagged")} needs a VLAN for frames without a tag: add native=VID, or leave it away";
        }

        foreach (VlanTranslation translation in Translations.Where(t => !vlans.MemberSet.Contains(t.Inside)))
        {
            yield return $"translate {translation}: VLAN {translation.Inside} is not one of trunk={Trunk}: add it there";
        }
    }

    /// <summary>The VLANs; without any key, the default.</summary>
    internal PortVlans Make()
    {
        PortVlans vlans = Access is { } access ? PortVlans.Access(access)
            : Tunnel is { } service ? PortVlans.Tunnel(service)
            : Trunk is not null ? PortVlans.Trunk(Trunk, Native, NativeTagged)
            : PortVlans.Default;
        return vlans with
        {
            TagProtocol = TagProtocol,
            Translations = Translations.Count > 0 ? Translations : vlans.Translations,
            AcceptableFrameTypes = Accept ?? vlans.AcceptableFrameTypes,
        };
    }
}
