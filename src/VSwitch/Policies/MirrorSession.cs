using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.Policies;

/// <summary>Shows a copy of some frames at a port (SPAN), or to all members of a VLAN (RSPAN).</summary>
/// <remarks>
/// What the mirror's own port receives is forwarded like any frame. A frame that is shown is counted as replicated, and again as sent or dropped where it is shown. A mirror is not
/// mirrored. In the VLAN of an RSPAN nothing is learned, and a frame shown there has its tag instead of its own.
/// </remarks>
public sealed record MirrorSession
{
    /// <summary>The names of the ports whose frames are shown; empty for all but where they are shown.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Frames of these VLANs only.</summary>
    public VlanSet Vlans { get; init; } = VlanSet.All;

    /// <summary>Which way.</summary>
    public MirrorDirections Directions { get; init; } = MirrorDirections.Both;

    /// <summary>The name of the port that shows them; while it is not there, nothing is shown. Null with <see cref="ToVlan"/>.</summary>
    public string? ToPort { get; init; }

    /// <summary>The VLAN that shows them. Null with <see cref="ToPort"/>.</summary>
    public VlanId? ToVlan { get; init; }
}
