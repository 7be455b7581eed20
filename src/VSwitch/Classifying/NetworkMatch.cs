using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Classifying;

/// <summary>A network in the form in which a packet's address is compared with it.</summary>
internal sealed class NetworkMatch
{
    private const int IPv6Octets = 16;
    private const int MappedBits = 96; // in front of an IPv4 address in a key

    private readonly IPNetwork _network;
    private readonly IpAddressKey _address;
    private readonly IpAddressKey _mask;
    private readonly PacketFields _fields;

    private NetworkMatch(IPNetwork network)
    {
        Span<byte> octets = stackalloc byte[IPv6Octets];
        network.BaseAddress.TryWriteBytes(octets, out int length);
        bool is6 = length == IPv6Octets;
        int bits = network.PrefixLength + (is6 ? 0 : MappedBits);
        _network = network;
        _fields = is6 ? PacketFields.IPv6 : PacketFields.IPv4 | PacketFields.Arp;
        _address = IpAddressKey.Read(octets[..length]);
        _mask = IpPrefix.MaskOf(bits);
    }

    /// <summary>The network, as one writes it.</summary>
    public override string ToString() => _network.ToString();

    internal static NetworkMatch[] Of(ReadOnlySpan<IPNetwork> networks)
    {
        var matches = new NetworkMatch[networks.Length];
        for (int i = 0; i < matches.Length; i++)
        {
            matches[i] = new(networks[i]);
        }

        return matches;
    }

    /// <summary>Bits that the addresses of all of them share; of several networks, none are looked for.</summary>
    internal static (IpAddressKey Mask, IpAddressKey Value) Common(NetworkMatch[] matches) => matches is [var one] ? (one._mask, one._address) : default;

    internal static bool Any(NetworkMatch[] matches, PacketFields fields, IpAddressKey address)
    {
        foreach (NetworkMatch match in matches)
        {
            if (match.IsMet(fields, address))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsMet(PacketFields fields, IpAddressKey address) =>
        (fields & _fields) != 0 && (((address.High ^ _address.High) & _mask.High) | ((address.Low ^ _address.Low) & _mask.Low)) == 0;
}
