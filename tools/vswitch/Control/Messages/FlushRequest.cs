using System.Text.Json.Serialization;

namespace VSwitch.Tool.Control.Messages;

/// <summary>Which stations are to be forgotten: all dynamic ones if nothing is said.</summary>
/// <param name="Port">Only those behind this port.</param>
/// <param name="Vlan">Only those of this VLAN.</param>
/// <param name="Sticky">Sticky ones, too.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FlushRequest(string? Port = null, int? Vlan = null, bool Sticky = false);
