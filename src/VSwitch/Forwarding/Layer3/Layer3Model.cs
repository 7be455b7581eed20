using System.Collections.Frozen;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>The internet layer of the switch as configured at one moment; immutable, a part of <see cref="SwitchModel"/>.</summary>
internal sealed class Layer3Model
{
    private static readonly IpAddressKey s_dummyAddress = IpAddressKey.FromIPv4(0xC0000008); // 192.0.0.8: a router without an address of its own (RFC 7600, section 4.8)

    private readonly Layer3Port?[] _byIndex;
    private readonly Gateway[] _gateways;
    private readonly FrozenSet<IpAddressKey> _own;
    private readonly FrozenSet<MacAddress> _macs;

    /// <param name="ports">The ports that carry bare IP packets.</param>
    /// <param name="gateways">The switch's own addresses.</param>
    /// <param name="routerAddress">The MAC address that the switch routes by.</param>
    /// <param name="smallestMtu">Of all ports, octets without the Ethernet header.</param>
    /// <param name="isRouting">There are gateways or routes: a destination that no prefix covers is unreachable, and not looked for in the segment.</param>
    internal Layer3Model(
        IReadOnlyCollection<Layer3Port> ports, IReadOnlyCollection<Gateway> gateways, MacAddress routerAddress, int smallestMtu, bool isRouting)
    {
        RouterAddress = routerAddress;
        SmallestMtu = smallestMtu;
        IsRouting = isRouting;
        LinkLocalAddress = IpAddressKey.LinkLocalOf(routerAddress);
        _byIndex = new Layer3Port?[ports.Count == 0 ? 0 : ports.Max(p => p.Id.Index) + 1];
        foreach (Layer3Port port in ports)
        {
            _byIndex[port.Id.Index] = port;
        }

        Ports = [.. ports.OrderBy(p => p.Id.Index)];
        _gateways = [.. gateways];
        _own = gateways.Select(g => g.Address).Append(LinkLocalAddress).ToFrozenSet();
        _macs = ports.Select(p => p.HardwareAddress).Append(routerAddress).ToFrozenSet();
    }

    internal Layer3Port[] Ports { get; }

    /// <summary>The MAC address that the switch routes by.</summary>
    internal MacAddress RouterAddress { get; }

    /// <summary>The switch's own IPv6 address on the link.</summary>
    internal IpAddressKey LinkLocalAddress { get; }

    /// <summary>No packet of up to so many octets is too long for any port.</summary>
    internal int SmallestMtu { get; }

    internal bool IsRouting { get; }

    /// <summary>The port, if it carries bare IP packets and was not unplugged since.</summary>
    internal Layer3Port? PortOf(PortId id)
    {
        Layer3Port?[] ports = _byIndex;
        int index = id.Index;
        return (uint)index < (uint)ports.Length && ports[index] is { } port && port.Id == id ? port : null;
    }

    /// <summary>An address of the switch itself.</summary>
    internal bool IsOwn(IpAddressKey address) => _own.Contains(address);

    /// <summary>The MAC address of the switch or of a port for which it speaks.</summary>
    internal bool IsOwn(MacAddress address) => _macs.Contains(address);

    /// <summary>Whom an ICMP error to a host is from: the switch's address in its network, or any, or the one for routers without.</summary>
    internal IpAddressKey ReporterTo(IpAddressKey host)
    {
        IpAddressKey any = host.IsIPv4 ? s_dummyAddress : LinkLocalAddress;
        foreach (Gateway gateway in _gateways)
        {
            if (gateway.Address.IsIPv4 == host.IsIPv4)
            {
                if (gateway.Prefix.Contains(host))
                {
                    return gateway.Address;
                }

                any = any == s_dummyAddress || any == LinkLocalAddress ? gateway.Address : any;
            }
        }

        return any;
    }
}
