using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>A prefix with what it leads to.</summary>
/// <param name="Key">The network's address, host bits zero; an IPv4 address stands mapped in the last 32 of 128 bits.</param>
/// <param name="Length">Bits of the key that count: of IPv4, 96 and more.</param>
/// <param name="Value">What it leads to.</param>
internal sealed record PrefixLeaf(IpAddressKey Key, int Length, object Value)
{
    /// <summary>The octet of an address that the prefix ends in, from 0; the prefix of length 0 ends in none.</summary>
    internal int Octet => (Length - 1) / 8;

    internal bool Covers(IpAddressKey address)
    {
        IpAddressKey mask = IpPrefix.MaskOf(Length);
        return (((address.High ^ Key.High) & mask.High) | ((address.Low ^ Key.Low) & mask.Low)) == 0;
    }

    internal bool IsSamePrefix(PrefixLeaf other) => Length == other.Length && Key == other.Key;
}
