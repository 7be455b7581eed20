using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>Where packets to a network go.</summary>
/// <param name="Prefix">The network.</param>
/// <param name="Via">The router that they are handed to; null when the network is on the link, and each packet is handed to its destination.</param>
public sealed record Route(IpPrefix Prefix, IPAddress? Via);
