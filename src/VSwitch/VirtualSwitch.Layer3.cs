using System.Net;
using VSwitch.Forwarding;
using VSwitch.Forwarding.Layer3;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Routing;

namespace VSwitch;

/// <content>The internet layer: ports of bare IP packets, gateways, routes, neighbours. It is there as soon as one of the first three is.</content>
public sealed partial class VirtualSwitch
{
    private readonly Layer3Configuration _layer3;
    private readonly string _name;
    private readonly Lock _erranding = new();
    private readonly Lazy<ForwardingPipeline> _errands; // for what the time brings: no worker's thread is there for it

    /// <summary>Which MAC address and port each IP address has, as far as the switch had to find out.</summary>
    public NeighborTable Neighbors => _state.Layer3.Neighbors;

    /// <summary>The MAC address that the switch routes by; nobody else's frames may come from it.</summary>
    public MacAddress HardwareAddress => _layer3.RouterAddress;

    /// <summary>The switch's own addresses, each with its network.</summary>
    public IReadOnlyList<IpPrefix> Gateways
    {
        get
        {
            lock (_configuring)
            {
                return _layer3.Gateways;
            }
        }
    }

    /// <summary>Gives the switch an address in a network: it answers for it, and routes between its networks from now on.</summary>
    /// <param name="address">The address, with the length of its network's prefix.</param>
    /// <exception cref="ArgumentException">The switch has the address already, or no station can have it.</exception>
    public void AddGateway(IpPrefix address) => Configure(() =>
    {
        RefuseWire();
        if (PortWith(address.Address) is { } port)
        {
            throw new ArgumentException($"{address.Address} is an address behind {port.Name}", nameof(address));
        }

        _layer3.AddGateway(address);
    });

    /// <summary>Takes an address of the switch away.</summary>
    /// <returns>False when the switch had no such address.</returns>
    public bool RemoveGateway(IPAddress address) => Configure(() => _layer3.RemoveGateway(address));

    /// <summary>Sends packets for a network by a next hop.</summary>
    /// <param name="prefix">The network; 0.0.0.0/0 and ::/0 are all others.</param>
    /// <param name="via">A station in a network of the switch.</param>
    /// <exception cref="ArgumentException">There is a route for the network already, or the next hop can't be one.</exception>
    public void AddRoute(IpPrefix prefix, IPAddress via) => Configure(() =>
    {
        RefuseWire();
        _layer3.AddRoute(prefix, via);
    });

    /// <summary>Takes a route away.</summary>
    /// <returns>False when there was no such route.</returns>
    public bool RemoveRoute(IpPrefix prefix) => Configure(() => _layer3.RemoveRoute(prefix));

    /// <summary>All routes: those to the networks of gateways and ports, and those that were added.</summary>
    public IReadOnlyList<Route> GetRoutes() =>
        [.. _state.Layer3.Routes.Snapshot().Select(r => new Route(r.Prefix, r.Value.IsConnected ? null : r.Value.Via.ToIPAddress()))];

    /// <summary>All IP addresses that are known or asked for now.</summary>
    public IReadOnlyList<NeighborEntry> GetNeighbors() => Neighbors.Snapshot(_state.MillisecondsAt(_state.Time.GetTimestamp()));

    /// <summary>Makes the hosts behind a device of bare IP packets a station of the Ethernet.</summary>
    private Layer3Port Settle(PortId id, string name, PortOptions options)
    {
        MacAddress address = options.HardwareAddress ?? MacAddress.FromName($"{_name}\0{name}");
        if (!address.IsStation)
        {
            throw new ArgumentException($"{address} is no address that a station can have", nameof(options));
        }

        if (address == _layer3.RouterAddress || _ports.Values.FirstOrDefault(p => p.HardwareAddress == address) is not null)
        {
            throw new ArgumentException($"{name}: the MAC address {address} is taken already", nameof(options));
        }

        if (options.Addresses.FirstOrDefault(a => !IpAddressKey.From(a.Address).IsHost) is { Length: > 0 } odd)
        {
            throw new ArgumentException($"{name}: {odd.Address} is no address that a station can have", nameof(options));
        }

        if (options.Addresses.FirstOrDefault(a => PortWith(a.Address) is not null || _layer3.Has(a.Address)) is { Length: > 0 } taken)
        {
            throw new ArgumentException($"{name}: the address {taken.Address} is taken already", nameof(options));
        }

        if (options.Addresses.FirstOrDefault(a => _layer3.HasRoute(a.Network)) is { Length: > 0 } routed)
        {
            throw new ArgumentException($"{name}: there is a route for {routed.Network} already", nameof(options));
        }

        FilteringDatabase.TryAddStatic(new StationKey(VlanId.Default, address), id);
        foreach (IpPrefix prefix in options.Addresses)
        {
            Neighbors.TryAddStatic(prefix.Address, address, id);
        }

        return new Layer3Port(id, address, [.. options.Addresses]);
    }

    private SwitchPort? PortWith(IPAddress address) =>
        _ports.Values.FirstOrDefault(p => p.Forwarding.Layer3?.Prefixes.Any(a => a.Address.Equals(address)) ?? false);

    private void RefuseWire()
    {
        if (_options.IsWire)
        {
            throw new ArgumentException("a wire has no addresses and no routes");
        }
    }

    private T Configure<T>(Func<T> change)
    {
        lock (_configuring)
        {
            T result = change();
            Publish();
            return result;
        }
    }

    private void Configure(Action change) => Configure(() =>
    {
        change();
        return true;
    });


    /// <summary>Brings the tables into line with ports, gateways and routes.</summary>
    private Layer3Model? UpdateLayer3()
    {
        Layer3Port[] ports = [.. _portList.Select(p => p.Forwarding.Layer3).OfType<Layer3Port>()];
        Layer3Model? model = _layer3.Update(ports, _portList.Select(p => p.Forwarding.Mtu).DefaultIfEmpty().Min());
        var self = new StationKey(VlanId.Default, _layer3.RouterAddress);
        if (model is null)
        {
            FilteringDatabase.Remove(self);
        }
        else if (FilteringDatabase.Find(self, now: 0) != PortId.Switch)
        {
            FilteringDatabase.TryAddStatic(self, PortId.Switch); // not each time: it is taken out and put in again, and missing in between
        }

        return model;
    }

    /// <summary>Asks for neighbours again, and gives up those that do not answer.</summary>
    private void RunErrands()
    {
        if ((_state.Model.Layer3 is not null || _state.Layer3.Held.HasAny || _services.Loops is not null) && _erranding.TryEnter())
        {
            try
            {
                _errands.Value.Advance();
            }
            finally
            {
                _erranding.Exit();
            }
        }
    }
}
