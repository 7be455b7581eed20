using VSwitch.Identifiers;

namespace VSwitch.Captures.Rewriting;

/// <summary>Maps of addresses, made ready for being asked per packet.</summary>
internal sealed class AddressMapper
{
    private readonly (uint Network, uint Mask, uint To, uint ToMask)[] _v4;
    private readonly (UInt128 Network, UInt128 Mask, UInt128 To, UInt128 ToMask)[] _v6;

    internal AddressMapper(IEnumerable<AddressMap> maps)
    {
        AddressMap[] all = [.. maps];
        if (all.Any(m => m.From.IsIPv6 != m.To.IsIPv6))
        {
            throw new ArgumentException("an address map from one family to the other", nameof(maps));
        }

        _v4 = [.. all.Where(m => !m.From.IsIPv6).Select(m => (IPv4(m.From), Mask32(m.From.Length), IPv4(m.To), Mask32(m.To.Length)))];
        _v6 = [.. all.Where(m => m.From.IsIPv6).Select(m => (IPv6(m.From), Mask128(m.From.Length), IPv6(m.To), Mask128(m.To.Length)))];
    }

    internal bool IsEmpty => _v4.Length == 0 && _v6.Length == 0;

    internal uint Map(uint address)
    {
        foreach ((uint network, uint mask, uint to, uint toMask) in _v4)
        {
            if ((address & mask) == network)
            {
                return to | (address & ~toMask);
            }
        }

        return address;
    }

    internal UInt128 Map(UInt128 address)
    {
        foreach ((UInt128 network, UInt128 mask, UInt128 to, UInt128 toMask) in _v6)
        {
            if ((address & mask) == network)
            {
                return to | (address & ~toMask);
            }
        }

        return address;
    }

    /// <summary>The network of a prefix, its host bits zero.</summary>
    internal static uint IPv4(IpPrefix prefix) => prefix.Key.IPv4;

    /// <summary>The network of a prefix, its host bits zero.</summary>
    internal static UInt128 IPv6(IpPrefix prefix) => new(prefix.Key.High, prefix.Key.Low);

    private static uint Mask32(int bits) => bits == 0 ? 0 : uint.MaxValue << (32 - bits);

    private static UInt128 Mask128(int bits) => bits == 0 ? 0 : UInt128.MaxValue << (128 - bits);
}
