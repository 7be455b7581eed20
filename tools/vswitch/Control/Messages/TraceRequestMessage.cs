using System.Text.Json.Serialization;

namespace VSwitch.Tool.Control.Messages;

/// <summary>Which frames are to be traced.</summary>
/// <param name="Count">So many.</param>
/// <param name="Port">Only those that come in by this port.</param>
/// <param name="Filter">Only those that an expression of tcpdump matches.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TraceRequestMessage(int Count = 1, string? Port = null, string? Filter = null);
