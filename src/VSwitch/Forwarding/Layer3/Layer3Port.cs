using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>What the stages know of a port that carries bare IP packets: it is a station of the Ethernet, whose link layer the switch speaks for it.</summary>
/// <param name="id">The port.</param>
/// <param name="hardwareAddress">The MAC address of the hosts behind the port, as all others see them.</param>
/// <param name="prefixes">The addresses behind the port with their networks; none: they are learned.</param>
internal sealed class Layer3Port(PortId id, MacAddress hardwareAddress, IReadOnlyList<IpPrefix> prefixes)
{
    private readonly IpPrefixMask[] _masks = [.. prefixes.Select(p => new IpPrefixMask(p))];

    internal PortId Id { get; } = id;

    internal MacAddress HardwareAddress { get; } = hardwareAddress;

    internal IReadOnlyList<IpPrefix> Prefixes { get; } = prefixes;

    /// <summary>A packet may come from behind the port with this source; any may where addresses are learned.</summary>
    internal bool Admits(IpAddressKey source)
    {
        foreach (ref readonly IpPrefixMask mask in _masks.AsSpan())
        {
            if (mask.Covers(source))
            {
                return true;
            }
        }

        return _masks.Length == 0;
    }
}
