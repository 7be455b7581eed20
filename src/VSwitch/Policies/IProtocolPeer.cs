using VSwitch.Identifiers;

namespace VSwitch.Policies;

/// <summary>Speaks a protocol of the link (LLDP, LACP, ...) for the switch: hears what ports with <see cref="ReservedAddressAction.Peer"/> receive.</summary>
public interface IProtocolPeer
{
    /// <summary>A frame to a reserved address has come in. On a forwarding thread: it must not block, and what it throws is counted as a fault of the port.</summary>
    /// <param name="port">Where.</param>
    /// <param name="vlan">The VLAN that the frame is of.</param>
    /// <param name="frame">From the Ethernet header on; valid during the call only.</param>
    void Receive(PortId port, VlanId vlan, ReadOnlySpan<byte> frame);
}
