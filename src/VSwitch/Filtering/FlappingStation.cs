using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>A station that moves to and fro.</summary>
/// <param name="Vlan">The VLAN in which it was seen.</param>
/// <param name="Mac">The station.</param>
/// <param name="From">Where it was before its last move.</param>
/// <param name="To">Where it is since.</param>
/// <param name="Moves">How often it moved since it attracted attention.</param>
/// <param name="IsHeld">It is held where it is: frames from it elsewhere do not move it.</param>
public readonly record struct FlappingStation(VlanId Vlan, MacAddress Mac, PortId From, PortId To, long Moves, bool IsHeld);
