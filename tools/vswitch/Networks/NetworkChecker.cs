using System.Net;
using VSwitch.Identifiers;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Networks;

/// <summary>Finds what ports, gateways and routes say against each other: each is right by itself.</summary>
internal static class NetworkChecker
{
    /// <param name="ports">All of the switch.</param>
    /// <param name="gateways">All of the switch.</param>
    /// <param name="routes">All of the switch.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static void Check(
        IReadOnlyList<PortSpec> ports, IReadOnlyList<IpPrefix> gateways, IReadOnlyList<RouteSpec> routes, List<string> problems)
    {
        var owners = new Dictionary<IPAddress, string>();
        foreach (PortSpec port in ports)
        {
            CheckPort(port, owners, gateways, problems);
        }

        for (int i = 0; i < gateways.Count; i++)
        {
            CheckGateway(gateways[i], owners, gateways.Take(i), problems);
        }

        foreach (RouteSpec route in routes)
        {
            CheckRoute(route, gateways, problems);
        }
    }

    private static void CheckPort(PortSpec port, Dictionary<IPAddress, string> owners, IReadOnlyList<IpPrefix> gateways, List<string> problems)
    {
        foreach (IpPrefix own in port.Addresses)
        {
            if (!owners.TryAdd(own.Address, port.PortName))
            {
                string owner = owners[own.Address] == port.PortName ? "there twice" : $"the address of port {owners[own.Address]} already";
                problems.Add($"port {port.PortName}: {own.Address} is {owner}: give each station its own");
            }

            if (!IsSingle(own) && gateways.Where(g => Overlap(own, g)).ToArray() is [IpPrefix gateway, ..])
            {
                problems.Add($"port {port.PortName}: {own} and --gateway {gateway} are of one network, but not of one length: write the same length behind the slash");
            }
        }
    }

    private static void CheckGateway(IpPrefix gateway, Dictionary<IPAddress, string> owners, IEnumerable<IpPrefix> before, List<string> problems)
    {
        if (owners.TryGetValue(gateway.Address, out string? owner))
        {
            problems.Add($"--gateway {gateway}: {gateway.Address} is the address of port {owner}: give the switch one of its own");
        }

        if (before.Where(g => Overlap(gateway, g)).ToArray() is [IpPrefix other, ..])
        {
            problems.Add($"--gateway {gateway}: its network overlaps that of --gateway {other}: write the same length behind the slash, or choose networks that are apart");
        }
    }

    private static void CheckRoute(RouteSpec route, IReadOnlyList<IpPrefix> gateways, List<string> problems)
    {
        string text = $"--route {route.Prefix} via {route.Via}";
        if (gateways.Where(g => g.Network == route.Prefix).ToArray() is [IpPrefix known, ..])
        {
            problems.Add($"{text}: {route.Prefix} is the network of --gateway {known}, and needs no route: leave it away");
        }
        else if (gateways.FirstOrDefault(g => g.Address.Equals(route.Via)) is { Length: > 0 })
        {
            problems.Add($"{text}: {route.Via} is the switch itself: write the address of another router");
        }
        else if (!route.Via.IsIPv6LinkLocal && gateways.Any(g => g.IsIPv6 == route.Prefix.IsIPv6)
            && !gateways.Any(g => Contains(g, route.Via)))
        {
            problems.Add($"{text}: {route.Via} is in no network of the switch: add a --gateway in its network, or choose another next hop");
        }
    }

    // One inside the other: not the same, and not apart.
    private static bool Overlap(IpPrefix a, IpPrefix b) =>
        a.Length != b.Length && (a.Length < b.Length ? Contains(a, b.Address) : Contains(b, a.Address));

    private static bool Contains(IpPrefix network, IPAddress address) =>
        network.Address.AddressFamily == address.AddressFamily && new IpPrefix(address, network.Length).Network == network.Network;

    // A host by itself, as at the end of a point-to-point link.
    private static bool IsSingle(IpPrefix prefix) => prefix.Length == (prefix.IsIPv6 ? 128 : 32);
}
