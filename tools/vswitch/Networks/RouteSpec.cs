using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Tool.Networks;

/// <summary>A static route as the user asks for it.</summary>
/// <param name="Prefix">The network.</param>
/// <param name="Via">The next hop.</param>
internal sealed record RouteSpec(IpPrefix Prefix, IPAddress Via);
