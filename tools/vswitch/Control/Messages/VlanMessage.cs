namespace VSwitch.Tool.Control.Messages;

/// <summary>A VLAN, or several in a row with the same members.</summary>
/// <param name="Vid">As 10 or 20-4094.</param>
/// <param name="Tagged">Ports that send its frames with a tag.</param>
/// <param name="Untagged">Ports that send them without one.</param>
/// <param name="PvidOf">Ports whose untagged frames are of it.</param>
/// <param name="Stations">Stations that are known in it.</param>
internal sealed record VlanMessage(string Vid, IReadOnlyList<string> Tagged, IReadOnlyList<string> Untagged, IReadOnlyList<string> PvidOf, int Stations);
