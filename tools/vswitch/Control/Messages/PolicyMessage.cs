namespace VSwitch.Tool.Control.Messages;

/// <summary>What the bridge does with frames of a port, in the words of the command line.</summary>
/// <param name="Pvid">The VLAN of frames without one; null when they are not accepted.</param>
/// <param name="MemberSet">VLANs, as 10+20-30, all or none.</param>
/// <param name="UntaggedSet">Those of them whose frames go out without a tag.</param>
/// <param name="AcceptableFrameTypes">all, onlyTagged or onlyUntagged.</param>
/// <param name="TagProtocol">0x8100 or 0x88a8; null for both.</param>
/// <param name="Translations">VLANs with other numbers on the wire, as 10:20.</param>
/// <param name="Flags">Of isolated, hairpin, noLearning, sticky, tunnel, unguarded.</param>
/// <param name="StationLimit">As 10:drop; null for none.</param>
/// <param name="Storm">As broadcast=1000pps, multicast=..., unknown=...; null for no limit.</param>
/// <param name="Policing">As 100mbit; null for no limit.</param>
/// <param name="IngressAcl">The access list's name; null for none.</param>
/// <param name="EgressAcl">The access list's name; null for none.</param>
internal sealed record PolicyMessage(
    int? Pvid,
    string MemberSet,
    string UntaggedSet,
    string AcceptableFrameTypes,
    string? TagProtocol,
    IReadOnlyList<string> Translations,
    IReadOnlyList<string> Flags,
    string? StationLimit,
    string? Storm,
    string? Policing,
    string? IngressAcl,
    string? EgressAcl);
