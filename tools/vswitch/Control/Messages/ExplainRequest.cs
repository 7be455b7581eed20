using System.Text.Json.Serialization;

namespace VSwitch.Tool.Control.Messages;

/// <summary>A frame that nobody has sent.</summary>
/// <param name="Port">The name of the port that it would come in by.</param>
/// <param name="Frame">Its octets in hexadecimal, from the Ethernet header on.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExplainRequest(string? Port = null, string? Frame = null);
