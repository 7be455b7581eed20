using VSwitch.Identifiers;

namespace VSwitch.Captures.Splitting;

/// <summary>What servers send is secondary, what others send primary.</summary>
/// <param name="servers">The servers.</param>
/// <param name="known">All hosts that were judged, where others are servers too; null where others are clients.</param>
/// <param name="choice">The side of what is not IP.</param>
internal sealed class RoleSplitter(HashSet<IpAddressKey> servers, HashSet<IpAddressKey>? known, SideChoice choice) : ISplitter
{
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) =>
        !PacketSight.TryRead(frame, out PacketSight sight) ? choice.NonIp
        : servers.Contains(sight.Source) || known?.Contains(sight.Source) == false ? TrafficSide.Secondary
        : TrafficSide.Primary;
}
