namespace VSwitch.Tool.Control.Messages;

/// <summary>A station that moves to and fro.</summary>
/// <param name="Mac">The station.</param>
/// <param name="Vlan">The VLAN in which it was seen.</param>
/// <param name="From">Where it was before its last move.</param>
/// <param name="To">Where it is since.</param>
/// <param name="Moves">How often it moved.</param>
/// <param name="IsHeld">It is held where it is.</param>
internal sealed record FlappingStationMessage(string Mac, int Vlan, string From, string To, long Moves, bool IsHeld);
