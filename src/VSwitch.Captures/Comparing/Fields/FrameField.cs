namespace VSwitch.Captures.Comparing.Fields;

/// <summary>A part of a frame that has a name; <see cref="ComparedFields"/> has the names, in this order.</summary>
internal enum FrameField : byte
{
    EthDestination, EthSource, EthType, EthPadding,
    VlanProtocol, VlanPriority, VlanDropEligible, VlanId,
    ArpHardware, ArpProtocol, ArpHardwareSize, ArpProtocolSize, ArpOperation, ArpSenderMac, ArpSenderAddress, ArpTargetMac, ArpTargetAddress,
    IpVersion, IpHeaderLength, IpDscp, IpEcn, IpLength, IpId, IpFlags, IpFragmentOffset, IpTtl, IpProtocol, IpChecksum, IpSource, IpDestination, IpOptions,
    IPv6Version, IPv6Dscp, IPv6Ecn, IPv6Flow, IPv6PayloadLength, IPv6NextHeader, IPv6HopLimit, IPv6Source, IPv6Destination, IPv6Extensions,
    TcpSourcePort, TcpDestinationPort, TcpSequence, TcpAcknowledgment, TcpHeaderLength, TcpFlags, TcpWindow, TcpChecksum, TcpUrgentPointer,
    TcpOptions, TcpMss, TcpWindowScale, TcpSack, TcpTimestamp,
    UdpSourcePort, UdpDestinationPort, UdpLength, UdpChecksum,
    IcmpType, IcmpCode, IcmpChecksum, IcmpId, IcmpSequence,
    Payload,
    FrameLength, FrameInterface,
}
