using System.Text.Json.Serialization;

namespace VSwitch.Tool.Control.Messages;

/// <summary>A port to be plugged in.</summary>
/// <param name="Port">As <c>vswitch run --port</c> takes it; paths are the switch's.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PortRequest(string? Port = null);
