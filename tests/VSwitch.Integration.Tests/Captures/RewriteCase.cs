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

    /// <summary>With --fixlen, tcprewrite 4.4.3 crashes on some frames and gives up on others: it gets the ordinary ones.</summary>
    internal bool IsFor(RewriteFrame frame) => Options.FixLength == LengthRepair.None
        || (frame is { IsIPv4: true, IsFragment: false, Protocol: 1 or 6 or 17, OriginalLength: <= 1514 } && frame.ClaimedLength == frame.OriginalLength && frame.Octets.Length > frame.PacketOffset + frame.HeaderLength);
}
