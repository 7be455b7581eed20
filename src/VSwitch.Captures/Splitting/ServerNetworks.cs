using VSwitch.Identifiers;

namespace VSwitch.Captures.Splitting;

/// <summary>Networks by which hosts are judged that showed nothing themselves: the smallest with a known host decides.</summary>
internal sealed class ServerNetworks
{
    private const int IPv4Bits = 32, IPv6Bits = 128;

    private readonly Dictionary<(IpAddressKey Network, int Length), bool> _networks = [];
    private readonly int _minMask, _maxMask;

    internal ServerNetworks(IEnumerable<KeyValuePair<IpAddressKey, HostRole>> hosts, double ratio, int minMask, int maxMask)
    {
        (_minMask, _maxMask) = (minMask, maxMask);
        foreach ((IpAddressKey host, HostRole role) in hosts.Where(h => h.Value.IsKnown))
        {
            bool isServer = role.IsServer(ratio);
            for (int mask = minMask; mask >= maxMask; mask--)
            {
                var key = KeyOf(host, mask);
                _networks[key] = isServer || _networks.GetValueOrDefault(key);
            }
        }
    }

    internal bool IsServer(IpAddressKey host)
    {
        for (int mask = _minMask; mask >= _maxMask; mask--)
        {
            if (_networks.TryGetValue(KeyOf(host, mask), out bool hasServer))
            {
                return hasServer;
            }
        }

        return false;
    }

    private static (IpAddressKey Network, int Length) KeyOf(IpAddressKey host, int mask)
    {
        int length = host.IsIPv4 ? IPv6Bits - IPv4Bits + mask : mask * (IPv6Bits / IPv4Bits);
        IpAddressKey bits = IpPrefix.MaskOf(length);
        return (new(host.High & bits.High, host.Low & bits.Low), length);
    }
}
