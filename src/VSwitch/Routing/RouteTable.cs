using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>Routes of IPv4 and IPv6; the one with the longest prefix is followed (RFC 1812, section 5.2.4.3).</summary>
/// <remarks>Any thread may look up and change at any time. Looking up takes no lock and allocates nothing.</remarks>
public sealed class RouteTable
{
    private readonly PrefixTable<Route> _routes = new();

    /// <summary>How many routes there are.</summary>
    public int Count => _routes.Count;

    /// <summary>Adds a route.</summary>
    /// <returns>False when its prefix has a route already, which stays.</returns>
    public bool Add(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        return _routes.TryAdd(route.Prefix, route);
    }

    /// <summary>Adds a route, in the place of the one that its prefix may have.</summary>
    public void Set(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        _routes.Set(route.Prefix, route);
    }

    /// <summary>Takes the route of a prefix out.</summary>
    /// <returns>False when there is none.</returns>
    public bool Remove(IpPrefix prefix) => _routes.Remove(prefix);

    /// <summary>The route that a packet to <paramref name="destination"/> follows.</summary>
    /// <returns>Null when there is none.</returns>
    public Route? Find(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Find(IpPrefix.KeyOf(destination));
    }

    /// <summary>All routes at one moment, in no particular order.</summary>
    public IReadOnlyList<Route> Snapshot() => [.. _routes.Snapshot().Select(r => r.Value)];

    /// <inheritdoc cref="Find(IPAddress)"/>
    internal Route? Find(IpAddressKey destination) => _routes.Find(destination);
}
