using VSwitch.Wire;

namespace VSwitch.Captures.Splitting;

/// <summary>What goes to a server's port of TCP or UDP is primary, the rest secondary (tcpprep's --port).</summary>
/// <param name="services">The servers' ports; null for those below 1024.</param>
/// <param name="choice">The side of what has no ports; there is no reverse here, as with tcpprep.</param>
public sealed class PortSplitter(IEnumerable<(IpProtocol Protocol, ushort Port)>? services = null, SideChoice choice = default) : ISplitter
{
    private const int FirstFreePort = 1024;

    private readonly HashSet<(IpProtocol, ushort)>? _services = services is null ? null : [.. services];

    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame)
    {
        if (!PacketSight.TryRead(frame, out PacketSight sight) || sight.Protocol is not (IpProtocol.Tcp or IpProtocol.Udp))
        {
            return choice.NonIp;
        }

        bool isServer = _services?.Contains((sight.Protocol.Value, (ushort)sight.DestinationPort)) ?? sight.DestinationPort < FirstFreePort;
        return isServer ? TrafficSide.Primary : TrafficSide.Secondary;
    }
}
