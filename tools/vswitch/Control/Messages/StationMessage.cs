namespace VSwitch.Tool.Control.Messages;

/// <summary>An entry of the filtering database.</summary>
/// <param name="Mac">The station.</param>
/// <param name="Vlan">The VLAN in which it was seen.</param>
/// <param name="Port">The port's name; switch for the switch's own address.</param>
/// <param name="Kind">dynamic, static or sticky.</param>
/// <param name="Age">Seconds since it was heard; 0 for one that never ages.</param>
internal sealed record StationMessage(string Mac, int Vlan, string Port, string Kind, long Age);
