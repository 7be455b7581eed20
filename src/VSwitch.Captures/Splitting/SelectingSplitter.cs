namespace VSwitch.Captures.Splitting;

/// <summary>Another splitter, for some packets only; the others are skipped.</summary>
/// <param name="splitter">Judges what is left.</param>
/// <param name="rule">What is included, or excluded.</param>
/// <param name="excludes">What matches is skipped, not what does not.</param>
public sealed class SelectingSplitter(ISplitter splitter, IPacketRule rule, bool excludes = false) : ISplitter
{
    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) =>
        rule.Matches(number, frame) == excludes ? TrafficSide.Skip : splitter.SideOf(number, interfaceIndex, frame);
}
