using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Captures.Splitting;

/// <summary>What comes from some stations is primary, the rest secondary (tcpprep's --mac).</summary>
/// <param name="stations">Their addresses.</param>
/// <param name="choice">The sides.</param>
public sealed class MacSplitter(IEnumerable<MacAddress> stations, SideChoice choice = default) : ISplitter
{
    private readonly HashSet<MacAddress> _stations = [.. stations];

    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) =>
        EthernetHeader.TryRead(frame, out EthernetHeader header) ? choice.Matched(_stations.Contains(header.Source)) : choice.NonIp;
}
