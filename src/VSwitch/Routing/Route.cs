using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>Where packets to a network go.</summary>
/// <param name="Prefix">The network; host bits do not matter.</param>
/// <param name="Via">The router that they are handed to; null when the network is on the link, and each packet is handed to its destination.</param>
public sealed record Route(IpPrefix Prefix, IPAddress? Via)
{
    private readonly IPAddress? _via = Via;

    /// <summary>The router that packets are handed to; null when the network is on the link.</summary>
    public IPAddress? Via
    {
        get => _via;
        init => (_via, ViaKey) = (value, KeyOf(value));
    }

    /// <summary><see cref="Via"/>; the default value for a network on the link.</summary>
    internal IpAddressKey ViaKey { get; private init; } = KeyOf(Via);

    private static IpAddressKey KeyOf(IPAddress? via) => via is null ? IpAddressKey.None : IpPrefix.KeyOf(via);
}
