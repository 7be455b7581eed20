using VSwitch.Identifiers;

namespace VSwitch.Captures.Splitting;

/// <summary>What comes from some networks is primary, the rest secondary (tcpprep's --cidr).</summary>
/// <param name="networks">The networks.</param>
/// <param name="choice">The sides.</param>
public sealed class NetworkSplitter(IEnumerable<IpPrefix> networks, SideChoice choice = default) : ISplitter
{
    private readonly AddressSet _networks = new(networks);

    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) =>
        PacketSight.TryRead(frame, out PacketSight sight) ? choice.Matched(_networks.Contains(sight.Source)) : choice.NonIp;
}
