namespace VSwitch.Captures.Splitting;

/// <summary>What was captured at some interfaces of the file is primary, the rest secondary.</summary>
/// <param name="interfaces">Their numbers, from 0, as the file counts them.</param>
/// <param name="choice">The sides.</param>
public sealed class InterfaceSplitter(IEnumerable<int> interfaces, SideChoice choice = default) : ISplitter
{
    private readonly HashSet<int> _interfaces = [.. interfaces];

    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) => choice.Matched(_interfaces.Contains(interfaceIndex));
}
