using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Tool.Ports;

/// <summary>A port as the user asks for it.</summary>
internal sealed record PortSpec
{
    internal PortKind Kind { get; init; } = PortKind.Tap;

    /// <summary>The interface's name; that of a port of capture files is its own.</summary>
    internal required string Name { get; init; }

    /// <summary>Of a port of capture files.</summary>
    internal PcapSpec? Pcap { get; init; }

    /// <summary>The named namespace that the interface is to be in; null for ours.</summary>
    internal string? Namespace { get; init; }

    internal IReadOnlyList<IpPrefix> Addresses { get; init; } = [];

    internal int? Mtu { get; init; }

    /// <summary>Of a TAP, the kernel's end; of a TUN, what the switch speaks with for it.</summary>
    internal MacAddress? HardwareAddress { get; init; }

    internal int Queues { get; init; } = 1;

    internal bool Offload { get; init; } = true;

    /// <summary>Routers and DHCP servers may be behind it.</summary>
    internal bool Trusted { get; init; } = true;

    /// <summary>VLANs, and what else the bridge does with frames of the port.</summary>
    internal PortPolicy Policy { get; init; } = PortPolicy.None;

    /// <summary>Where its frames are shown.</summary>
    internal IReadOnlyList<PortMirror> Mirrors { get; init; } = [];

    /// <summary>What the port is called in the switch: names of interfaces are unique in their namespace only.</summary>
    internal string PortName => Namespace is null ? Name : $"{Name}@{Namespace}";

    /// <summary>How the switch is to plug it in.</summary>
    internal PortOptions PortOptions => Kind == PortKind.Tun
        ? new PortOptions { IsTrusted = Trusted, HardwareAddress = HardwareAddress, Addresses = Addresses, Policy = Policy }
        : new PortOptions { IsTrusted = Trusted, Policy = Policy };
}
