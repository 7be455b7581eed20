using System.Text.Json.Serialization;

namespace VSwitch.Tool.Control.Messages;

/// <summary>Which frames are to be captured.</summary>
/// <param name="Ports">Names of ports, present or to come; null for all.</param>
/// <param name="Direction">in, out or both, as the switch sees it.</param>
/// <param name="Vlans">VLANs, such as 10+20-30; null for all.</param>
/// <param name="Filter">An expression of tcpdump.</param>
/// <param name="SnapLength">Octets of a frame that are kept; 0 for all.</param>
/// <param name="Dropped">Only frames that were dropped.</param>
/// <param name="Buffer">Octets that wait for the client at most; 0 for the default.</param>
/// <param name="Kept">Not what comes, but what was kept in memory; the other fields don't count then.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CaptureRequestMessage(
    IReadOnlyList<string>? Ports = null,
    string? Direction = null,
    string? Vlans = null,
    string? Filter = null,
    int SnapLength = 0,
    bool Dropped = false,
    int Buffer = 0,
    bool Kept = false);
