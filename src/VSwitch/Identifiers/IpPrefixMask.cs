namespace VSwitch.Identifiers;

/// <summary>A prefix made ready for being compared with many addresses.</summary>
internal readonly struct IpPrefixMask
{
    private readonly IpAddressKey _network;
    private readonly IpAddressKey _mask;
    private readonly bool _isIPv4; // ::/0 covers no IPv4 address

    internal IpPrefixMask(IpPrefix prefix)
    {
        _isIPv4 = !prefix.IsIPv6;
        _mask = IpPrefix.MaskOf(prefix.KeyLength);
        _network = prefix.Key;
    }

    /// <summary>Whether an address of either family begins with the prefix.</summary>
    internal bool Covers(IpAddressKey address) =>
        (((address.High & _mask.High) ^ _network.High) | ((address.Low & _mask.Low) ^ _network.Low)) == 0 && _isIPv4 == address.IsIPv4;
}
