using VSwitch.Policies;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Bridging;

/// <summary>The bridge as the user asks for it.</summary>
/// <param name="Policy">Of the bridge as a whole, the mirrors of ports included.</param>
/// <param name="Ports">All of them; a station of a private VLAN is in its primary VLAN.</param>
internal sealed record BridgeSpec(BridgePolicy Policy, IReadOnlyList<PortSpec> Ports);
