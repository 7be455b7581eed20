using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Where packets for a prefix go next.</summary>
/// <param name="Prefix">The network.</param>
/// <param name="Via">The next hop; <see cref="IpAddressKey.None"/> when the destination is in the segment itself.</param>
/// <param name="SourceAddress">The switch's own address in the network of the next hop; <see cref="IpAddressKey.None"/> when it has none there.</param>
internal sealed record Hop(IpPrefix Prefix, IpAddressKey Via, IpAddressKey SourceAddress)
{
    private readonly IpPrefixMask _mask = new(Prefix);
    private readonly IpAddressKey _broadcast = DirectedBroadcastOf(Prefix);

    /// <summary>The prefix is that of the segment: destinations are asked for by ARP and ND.</summary>
    internal bool IsConnected => Via == IpAddressKey.None;

    /// <summary>Whether an address is in the network.</summary>
    internal bool Covers(IpAddressKey address) => _mask.Covers(address);

    /// <summary>Whether an address is the directed broadcast of the segment (RFC 919).</summary>
    internal bool IsDirectedBroadcast(IpAddressKey address) => IsConnected && address == _broadcast && _broadcast != IpAddressKey.None;

    private static IpAddressKey DirectedBroadcastOf(IpPrefix prefix) =>
        prefix.IsIPv6 || prefix.Length > 30 // RFC 3021: a prefix of 31 bits has none
            ? IpAddressKey.None
            : IpAddressKey.FromIPv4(IpAddressKey.From(prefix.Address).IPv4 | (uint)(uint.MaxValue >> prefix.Length));
}
