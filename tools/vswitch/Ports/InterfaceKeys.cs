using VSwitch.Identifiers;
using VSwitch.Terminal;
using VSwitch.Tool.Networks;

namespace VSwitch.Tool.Ports;

/// <summary>Keys about the interface, and what is behind it.</summary>
internal static class InterfaceKeys
{
    internal static IReadOnlyList<PortKey> All { get; } =
    [
        new("netns", "NS", "the interface's named namespace", NetworkNamespace) { Kinds = PortKind.Interface },
        new("address", "PREFIX", "an address of the interface, such as 10.0.0.1/24", Address) { Kinds = PortKind.Interface, IsRepeatable = true },
        new("mtu", "N", "68 to 65521", Mtu) { Kinds = PortKind.Any },
        new("mac", "MAC", "the tap's own address, or what the switch answers with for a tun", HardwareAddress) { Kinds = PortKind.Interface },
        new("queues", "N", "1 to 256", Queues) { Kinds = PortKind.Interface },
        PortKey.Flag("offload", "super-frames and unfinished checksums", (p, on) => p.Spec = p.Spec with { Offload = on }) with { Kinds = PortKind.Interface },
        PortKey.Flag("trusted", "routers and DHCP servers may be there", (p, on) => p.Spec = p.Spec with { Trusted = on }) with { Kinds = PortKind.Any },
    ];

    private static string? NetworkNamespace(PortDraft port, string value)
    {
        port.Spec = port.Spec with { Namespace = value };
        return value.Length == 0 || value.Contains('/', StringComparison.Ordinal) ? "netns is the name of a namespace: see ip netns" : null;
    }

    private static string? Address(PortDraft port, string value)
    {
        bool isAddress = NetworkParser.TryParseStation(value, out IpPrefix address);
        port.Spec = port.Spec with { Addresses = [.. port.Spec.Addresses, address] };
        return isAddress ? null : $"'{value}' is not an address with prefix that a station can have, such as 10.0.0.1/24 or fd00::1/64";
    }

    private static string? Mtu(PortDraft port, string value)
    {
        bool isMtu = Quantity.TryParseCount(value, 68, 65521, out int mtu);
        port.Spec = port.Spec with { Mtu = mtu };
        return isMtu ? null : $"mtu '{value}' is not a number from 68 to 65521";
    }

    private static string? HardwareAddress(PortDraft port, string value)
    {
        bool isMac = MacAddress.TryParse(value, null, out MacAddress mac) && mac.IsStation;
        port.Spec = port.Spec with { HardwareAddress = mac };
        return isMac ? null : $"mac '{value}' is not a station's address, such as 02:00:00:00:00:01";
    }

    private static string? Queues(PortDraft port, string value)
    {
        bool isQueues = Quantity.TryParseCount(value, 1, 256, out int queues);
        port.Spec = port.Spec with { Queues = queues };
        return isQueues ? null : $"queues '{value}' is not a number from 1 to 256";
    }
}
