namespace VSwitch.Tool.Bridging;

/// <summary>What was asked for of the bridge, as it was written.</summary>
/// <param name="Vlans">Values of <c>--vlan</c>.</param>
/// <param name="PrivateVlans">Values of <c>--private-vlan</c>.</param>
/// <param name="Mirrors">Values of <c>--mirror</c>.</param>
/// <param name="LoopGuard">The value of <c>--loop-guard</c>, empty when it has none; null without the option.</param>
/// <param name="Flap">The value of <c>--flap</c>, in the same way.</param>
/// <param name="IsWire">With <c>--wire</c>.</param>
internal sealed record BridgeWishes(string[] Vlans, string[] PrivateVlans, string[] Mirrors, string? LoopGuard, string? Flap, bool IsWire);
