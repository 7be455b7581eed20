using VSwitch.Captures.Rewriting;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Options of tcprewrite, and what they are for the rewriter.</summary>
/// <param name="Arguments">For tcprewrite, blanks between them.</param>
/// <param name="Options">For the rewriter.</param>
internal sealed record RewriteCase(string Arguments, RewriteOptions Options)
{
    /// <summary>The frames have the sides of a tcpprep cache.</summary>
    internal bool IsSplit { get; init; }

    internal bool MovesAddresses => Options.Maps.Count + Options.SourceMaps.Count + Options.DestinationMaps.Count > 0 || Options.Endpoints is not null;

    internal bool CutsPackets => Options.TruncateToMtu || Options.FixLength != LengthRepair.None || Options.RemoveFcs;
}
