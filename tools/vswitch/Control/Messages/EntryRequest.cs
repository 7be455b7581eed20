using System.Text.Json.Serialization;

namespace VSwitch.Tool.Control.Messages;

/// <summary>A static entry to be made, or an entry to be deleted.</summary>
/// <param name="Mac">The station.</param>
/// <param name="Vlan">The VLAN.</param>
/// <param name="Port">The port's name; of no meaning when it is deleted.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EntryRequest(string? Mac = null, int? Vlan = null, string? Port = null);
