using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Gateways and routes as they are given, and what follows from them for the route table.</summary>
/// <remarks>Under the lock of whoever configures. The table itself is read without one.</remarks>
internal sealed class Layer3Configuration(Layer3State state, MacAddress routerAddress)
{
    private readonly List<Gateway> _gateways = [];
    private readonly Dictionary<IpPrefix, IPAddress> _static = [];
    private readonly Dictionary<IpPrefix, Hop> _connected = [];

    internal IReadOnlyList<IpPrefix> Gateways => [.. _gateways.Select(g => g.Prefix)];

    internal MacAddress RouterAddress { get; } = routerAddress;

    /// <summary>An address is the switch's own.</summary>
    internal bool Has(IPAddress address) => _gateways.Any(g => g.Prefix.Address.Equals(address));

    /// <summary>A network is behind a next hop.</summary>
    internal bool HasRoute(IpPrefix network) => _static.ContainsKey(network);

    /// <exception cref="ArgumentException">The switch has the address already, or it is no host's.</exception>
    internal void AddGateway(IpPrefix prefix)
    {
        var gateway = new Gateway(prefix);
        if (!gateway.Address.IsHost || gateway.Address.IsLoopback)
        {
            throw new ArgumentException($"{prefix.Address} is no address that a station can have", nameof(prefix));
        }

        if (_gateways.Any(g => g.Address == gateway.Address))
        {
            throw new ArgumentException($"{prefix.Address} is an address of the switch already", nameof(prefix));
        }

        if (_static.ContainsKey(prefix.Network))
        {
            throw new ArgumentException($"there is a route for {prefix.Network} already", nameof(prefix));
        }

        _gateways.Add(gateway);
    }

    internal bool RemoveGateway(IPAddress address) => _gateways.RemoveAll(g => g.Prefix.Address.Equals(address)) > 0;

    /// <exception cref="ArgumentException">The next hop is of another family, or there is a route for the prefix already.</exception>
    internal void AddRoute(IpPrefix prefix, IPAddress via)
    {
        IpPrefix network = prefix.Network;
        if (prefix.IsIPv6 != (via.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException($"{via} is no next hop for {prefix}: it is of the other family", nameof(via));
        }

        var next = IpAddressKey.From(via);
        if (!next.IsHost || next.IsLoopback || _gateways.Any(g => g.Address == next))
        {
            throw new ArgumentException($"{via} is no next hop: it is no other station's address", nameof(via));
        }

        if (_connected.ContainsKey(network) || !_static.TryAdd(network, via))
        {
            throw new ArgumentException($"there is a route for {network} already", nameof(prefix));
        }

        state.Routes.Set(network, HopOf(network, via));
    }

    internal bool RemoveRoute(IpPrefix prefix)
    {
        bool removed = _static.Remove(prefix.Network);
        if (removed)
        {
            state.Routes.Remove(prefix.Network);
        }

        return removed;
    }

    /// <summary>Brings the route table into line with gateways and ports.</summary>
    /// <returns>The model for the stages; null when nothing of the internet layer is in use.</returns>
    internal Layer3Model? Update(IReadOnlyCollection<Layer3Port> ports, int smallestMtu)
    {
        Dictionary<IpPrefix, Hop> wanted = [];
        foreach (Gateway gateway in _gateways)
        {
            wanted.TryAdd(gateway.Prefix.Network, new Hop(gateway.Prefix.Network, IpAddressKey.None, gateway.Address));
        }

        foreach (IpPrefix prefix in ports.SelectMany(p => p.Prefixes).Select(p => p.Network))
        {
            if (!_static.ContainsKey(prefix))
            {
                wanted.TryAdd(prefix, new Hop(prefix, IpAddressKey.None, IpAddressKey.None));
            }
        }

        bool changed = false;
        foreach (IpPrefix prefix in _connected.Count == 0 ? [] : _connected.Keys.Except(wanted.Keys).ToArray())
        {
            _connected.Remove(prefix);
            state.Routes.Remove(prefix);
            changed = true;
        }

        foreach ((IpPrefix prefix, Hop hop) in wanted)
        {
            if (_connected.GetValueOrDefault(prefix) != hop)
            {
                _connected[prefix] = hop;
                state.Routes.Set(prefix, hop);
                changed = true;
            }
        }

        if (changed)
        {
            foreach ((IpPrefix prefix, IPAddress via) in _static)
            {
                state.Routes.Set(prefix, HopOf(prefix, via)); // the switch may ask from another address now
            }
        }

        return ports.Count == 0 && _gateways.Count == 0 && _static.Count == 0
            ? null
            : new Layer3Model(ports, _gateways, RouterAddress, smallestMtu, isRouting: _gateways.Count > 0 || _static.Count > 0);
    }

    private Hop HopOf(IpPrefix prefix, IPAddress via)
    {
        var next = IpAddressKey.From(via);
        Gateway? gateway = _gateways.FirstOrDefault(g => g.Prefix.IsIPv6 == prefix.IsIPv6 && g.Prefix.Contains(next));
        return new Hop(prefix, next, gateway?.Address ?? IpAddressKey.None);
    }
}
