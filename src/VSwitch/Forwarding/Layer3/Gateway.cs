using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>An address of the switch itself in a network, for which it routes.</summary>
/// <param name="Prefix">Address and network.</param>
internal sealed record Gateway(IpPrefix Prefix)
{
    internal IpAddressKey Address { get; } = IpAddressKey.From(Prefix.Address);
}
