using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using VSwitch.Identifiers;

namespace VSwitch.Tool.Networks;

/// <summary>Reads gateways and routes as <c>ip address</c> and <c>ip route</c> write them.</summary>
internal static class NetworkParser
{
    /// <summary>Reads an address with prefix that a station can have.</summary>
    internal static bool TryParseStation(string text, out IpPrefix address) =>
        IpPrefix.TryParse(text, null, out address) && text.Contains('/', StringComparison.Ordinal) && CanBeStation(address.Address) && !IsOfNetwork(address);

    internal static IReadOnlyList<IpPrefix> ParseGateways(IEnumerable<string> texts, List<string> problems)
    {
        var gateways = new List<IpPrefix>();
        foreach (string text in texts)
        {
            if (!TryParseStation(text, out IpPrefix gateway))
            {
                problems.Add($"--gateway '{text}' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64");
            }
            else if (gateways.Any(g => g.Address.Equals(gateway.Address)))
            {
                problems.Add($"--gateway '{text}': {gateway.Address} is there twice");
            }
            else
            {
                gateways.Add(gateway);
            }
        }

        return gateways;
    }

    /// <param name="words">PREFIX via ADDRESS, any number of times, in as many or as few arguments as the user liked.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static IReadOnlyList<RouteSpec> ParseRoutes(IEnumerable<string> words, List<string> problems)
    {
        var routes = new List<RouteSpec>();
        foreach (string[] route in words.SelectMany(w => w.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Chunk(3))
        {
            string text = string.Join(' ', route);
            if (route.Length != 3 || route[1] != "via" || !TryParseHost(route[2], out IPAddress via)
                || !TryParseNetwork(route[0], via.AddressFamily, out IpPrefix prefix))
            {
                problems.Add($"--route '{text}' is not PREFIX via ADDRESS, such as 10.9.0.0/16 via 10.0.0.1, or default via fd00::1");
            }
            else if (prefix != prefix.Network)
            {
                problems.Add($"--route '{text}': {prefix} has host bits: write {prefix.Network}");
            }
            else if (routes.Any(r => r.Prefix == prefix))
            {
                problems.Add($"--route '{text}': {prefix} is there twice");
            }
            else
            {
                routes.Add(new RouteSpec(prefix, via));
            }
        }

        return routes;
    }

    private static bool TryParseNetwork(string text, AddressFamily family, out IpPrefix prefix)
    {
        if (text == "default")
        {
            prefix = family == AddressFamily.InterNetwork ? new IpPrefix(IPAddress.Any, 0) : new IpPrefix(IPAddress.IPv6Any, 0);
            return true;
        }

        return IpPrefix.TryParse(text, null, out prefix) && prefix.Address.AddressFamily == family;
    }

    private static bool TryParseHost(string text, out IPAddress address)
    {
        bool isHost = IpPrefix.TryParse(text, null, out IpPrefix whole) && !text.Contains('/', StringComparison.Ordinal) && CanBeStation(whole.Address);
        address = whole.Address;
        return isHost;
    }

    // Neither unspecified, nor loopback, nor a group; the kernel would take some of these and do nothing.
    private static bool CanBeStation(IPAddress address)
    {
        byte[] octets = address.GetAddressBytes();
        return !IPAddress.IsLoopback(address) && octets.Any(o => o != 0)
            && (address.AddressFamily == AddressFamily.InterNetwork ? octets[0] is > 0 and < 224 : octets[0] != 0xFF);
    }

    // The first and the last address of an IPv4 network are the network and all its stations (RFC 3021: not where there are only two).
    private static bool IsOfNetwork(IpPrefix address)
    {
        if (address.IsIPv6 || address.Length > 30)
        {
            return false;
        }

        uint hosts = uint.MaxValue >> address.Length;
        uint host = BinaryPrimitives.ReadUInt32BigEndian(address.Address.GetAddressBytes()) & hosts;
        return host == 0 || host == hosts;
    }
}
