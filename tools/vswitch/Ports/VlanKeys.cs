using VSwitch.Identifiers;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Tool.Ports;

/// <summary>Keys about the port's VLANs and tags; <see cref="VlanDraft"/> makes sense of them together.</summary>
internal static class VlanKeys
{
    internal static IReadOnlyList<PortKey> All { get; } =
    [
        new("access", "VID", "one VLAN, untagged", Access),
        new("trunk", "VIDS|all", "VLANs that are tagged, such as 10+20+30-40", Trunk),
        new("native", "VID", "with trunk: the VLAN of frames without a tag", Native),
        PortKey.Flag("native-tagged", "with native: its frames are sent with a tag", (port, on) => port.Vlans.NativeTagged = on),
        new("tunnel", "VID", "all frames, tagged or not, travel inside this VLAN (dot1q-tunnel)", Tunnel),
        new("tpid", "0x8100|0x88a8", "what makes a tag here, also 802.1q, 802.1ad", TagProtocol),
        new("translate", "WIRE:INSIDE[+...]", "VLANs that have other numbers on the wire", Translate),
        new("accept", "all|tagged|untagged", "which frames may come in", Accept),
    ];

    private static string? Access(PortDraft port, string value)
    {
        bool isVid = VlanParser.TryParseVid(value, out VlanId vlan);
        port.Vlans.Access = vlan;
        return isVid ? null : NoVid("access", value);
    }

    private static string? Trunk(PortDraft port, string value)
    {
        bool isSet = VlanParser.TryParseSet(value, out VlanSet? vlans);
        port.Vlans.Trunk = vlans;
        return isSet ? null : $"trunk '{value}' is no list of VLANs from 1 to 4094, such as 10+20+30-40 or all";
    }

    private static string? Native(PortDraft port, string value)
    {
        bool isVid = VlanParser.TryParseVid(value, out VlanId vlan);
        port.Vlans.Native = vlan;
        return isVid ? null : NoVid("native", value);
    }

    private static string? Tunnel(PortDraft port, string value)
    {
        bool isVid = VlanParser.TryParseVid(value, out VlanId vlan);
        port.Vlans.Tunnel = vlan;
        return isVid ? null : NoVid("tunnel", value);
    }

    private static string? TagProtocol(PortDraft port, string value)
    {
        port.Vlans.TagProtocol = value.ToUpperInvariant() switch
        {
            "0X8100" or "802.1Q" => EtherType.CustomerVlan,
            "0X88A8" or "802.1AD" => EtherType.ServiceVlan,
            _ => null,
        };
        return port.Vlans.TagProtocol is null ? $"tpid '{value}' makes no tag: write 0x8100 (802.1q) or 0x88a8 (802.1ad)" : null;
    }

    private static string? Translate(PortDraft port, string value)
    {
        bool isList = VlanParser.TryParseTranslations(value, out IReadOnlyList<VlanTranslation> translations);
        port.Vlans.Translations = translations;
        return !isList ? $"translate '{value}' is no list of WIRE:INSIDE, VLANs from 1 to 4094, such as 110:10+120:20"
            : translations.DistinctBy(t => t.OnWire).Count() != translations.Count || translations.DistinctBy(t => t.Inside).Count() != translations.Count
                ? $"translate '{value}' has a VLAN twice on one side: give each one number"
            : null;
    }

    private static string? Accept(PortDraft port, string value)
    {
        port.Vlans.Accept = value switch
        {
            "all" => AcceptableFrameTypes.All,
            "tagged" => AcceptableFrameTypes.OnlyTagged,
            "untagged" => AcceptableFrameTypes.OnlyUntagged,
            _ => null,
        };
        return port.Vlans.Accept is null ? $"accept is all, tagged or untagged, not '{value}'" : null;
    }

    private static string NoVid(string key, string value) => $"{key} '{value}' is not a VLAN from 1 to 4094";
}
