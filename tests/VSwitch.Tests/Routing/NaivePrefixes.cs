using System.Buffers.Binary;
using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Routing;

/// <summary>Longest-prefix match by looking at every prefix: slow, and easy to believe.</summary>
internal sealed class NaivePrefixes
{
    private readonly Dictionary<(bool IsIPv6, UInt128 Network, int Length), string> _entries = [];

    public int Count => _entries.Count;

    public IEnumerable<string> Values => _entries.Values;

    public bool TryAdd(IpPrefix prefix, string value) => _entries.TryAdd(Entry(prefix), value);

    public void Set(IpPrefix prefix, string value) => _entries[Entry(prefix)] = value;

    public bool Remove(IpPrefix prefix) => _entries.Remove(Entry(prefix));

    public string? Find(IPAddress address)
    {
        (bool isIPv6, UInt128 number, int bits) = Number(address);
        return _entries
            .Where(e => e.Key.IsIPv6 == isIPv6 && Cut(number, bits - e.Key.Length) == e.Key.Network)
            .OrderByDescending(e => e.Key.Length)
            .Select(e => e.Value)
            .FirstOrDefault();
    }

    private static (bool IsIPv6, UInt128 Network, int Length) Entry(IpPrefix prefix)
    {
        (bool isIPv6, UInt128 number, int bits) = Number(prefix.Address);
        return (isIPv6, Cut(number, bits - prefix.Length), prefix.Length);
    }

    private static UInt128 Cut(UInt128 number, int bits) => bits == 128 ? 0 : number >> bits; // a shift by 128 is one by 0

    private static (bool IsIPv6, UInt128 Number, int Bits) Number(IPAddress address)
    {
        byte[] octets = address.GetAddressBytes();
        return octets.Length == 4
            ? (false, BinaryPrimitives.ReadUInt32BigEndian(octets), 32)
            : (true, BinaryPrimitives.ReadUInt128BigEndian(octets), 128);
    }
}
