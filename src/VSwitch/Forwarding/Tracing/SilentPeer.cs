using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Stands in for a protocol peer in a rehearsal.</summary>
internal sealed class SilentPeer : IProtocolPeer
{
    public void Receive(PortId port, VlanId vlan, ReadOnlySpan<byte> frame)
    {
    }
}
