using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.PacketDotNet;

/// <summary>Asks PacketDotNet what a packet shows. On a copy, since it writes into what it parses.</summary>
/// <remarks>
/// It throws on many packets that are cut or broken, and some end the process: it belongs behind a <c>GuardedDissector</c>, whose process catches what it throws. Facts that it
/// would have had to guess are left out: an exception says that it read nothing.
/// </remarks>
public sealed class PacketDotNetDissector : IPacketDissector
{
    private const int MaxLayers = 16;
    private const int FirstType = 1536; // of an EtherType; below, a length

    /// <inheritdoc/>
    public string Name => "PacketDotNet";

    /// <inheritdoc/>
    public bool TryDissect(ReadOnlySpan<byte> octets, LinkLayer linkLayer, out PacketFacts facts)
    {
        var draft = new Draft();
        Packet? packet = Packet.ParsePacket(linkLayer == LinkLayer.Ethernet ? LinkLayers.Ethernet : LinkLayers.Raw, octets.ToArray());
        for (int layers = 0; packet is not null && layers < MaxLayers; layers++)
        {
            draft.Take(packet);
            packet = packet.HasPayloadPacket ? packet.PayloadPacket : null;
        }

        facts = draft.ToFacts(octets.Length);
        return facts.Fields != PacketFields.None;
    }

    private sealed class Draft
    {
        private PacketFields _fields;
        private EtherType _etherType;
        private MacAddress _sourceMac;
        private MacAddress _destinationMac;
        private VlanId _vlan;
        private VlanId _innerVlan;
        private IpAddressKey _source;
        private IpAddressKey _destination;
        private IpProtocol _protocol;
        private ushort _upper;
        private ushort _destinationPort;
        private byte _dscp;
        private byte _timeToLive;
        private TcpFlags _flags;
        private ushort _application;

        private bool HasNetwork => (_fields & (PacketFields.Arp | PacketFields.IPv4 | PacketFields.IPv6)) != 0;

        private bool IsFragment => (_fields & PacketFields.Fragment) != 0;

        private bool HasUpper => (_fields & (PacketFields.Ports | PacketFields.Icmp)) != 0;

        // Only the outermost of each layer counts: a packet inside a tunnel is the tunnel's matter.
        internal void Take(Packet packet)
        {
            if (_application == 0)
            {
                _application = ApplicationOf(packet);
            }

            switch (packet)
            {
                case EthernetPacket ethernet when _fields == PacketFields.None:
                    _fields = PacketFields.Ethernet;
                    _sourceMac = Mac(ethernet.SourceHardwareAddress);
                    _destinationMac = Mac(ethernet.DestinationHardwareAddress);
                    _etherType = Type(ethernet.Type);
                    break;
                case Ieee8021QPacket tag when !HasNetwork:
                    TakeTag(tag);
                    break;
                case ArpPacket arp when !HasNetwork:
                    TakeArp(arp);
                    break;
                case IPPacket ip when !HasNetwork:
                    TakeIp(ip);
                    break;
                case TransportPacket transport when HasNetwork && !HasUpper && !IsFragment && IsOutermost(transport):
                    TakePorts(transport);
                    break;
                case IcmpV4Packet icmp when _protocol == IpProtocol.Icmp && !HasUpper && !IsFragment:
                    _fields |= PacketFields.Icmp;
                    _upper = (ushort)icmp.TypeCode;
                    break;
                case IcmpV6Packet icmp when _protocol == IpProtocol.IcmpV6 && !HasUpper && !IsFragment:
                    _fields |= PacketFields.Icmp;
                    _upper = (ushort)(((byte)icmp.Type << 8) | icmp.Code);
                    break;
            }
        }

        internal PacketFacts ToFacts(int length) =>
            new(_fields, _etherType, _sourceMac, _destinationMac, _vlan, _innerVlan, _source, _destination, _protocol, _upper, _destinationPort)
            {
                Length = length,
                Dscp = _dscp,
                TimeToLive = _timeToLive,
                TcpFlags = _flags,
                Application = _application,
            };

        private void TakeTag(Ieee8021QPacket tag)
        {
            if ((_fields & PacketFields.Vlan) == 0)
            {
                _fields |= PacketFields.Vlan;
                _vlan = new(tag.VlanIdentifier);
            }
            else if ((_fields & PacketFields.InnerVlan) == 0)
            {
                _fields |= PacketFields.InnerVlan;
                _innerVlan = new(tag.VlanIdentifier);
            }

            _etherType = Type(tag.Type);
        }

        private void TakeArp(ArpPacket arp)
        {
            if (arp.ProtocolAddressType != EthernetType.IPv4 || arp.HardwareAddressType != LinkLayers.Ethernet || arp.HardwareAddressLength != 6 || arp.ProtocolAddressLength != 4)
            {
                return;
            }

            _source = Address(arp.SenderProtocolAddress);
            _destination = Address(arp.TargetProtocolAddress);
            _upper = (ushort)arp.Operation;
            _fields |= PacketFields.Arp;
        }

        private void TakeIp(IPPacket ip)
        {
            _source = Address(ip.SourceAddress);
            _destination = Address(ip.DestinationAddress);
            _protocol = (IpProtocol)(byte)ip.Protocol;
            _timeToLive = (byte)ip.TimeToLive;
            bool isFragment;
            if (ip is IPv6Packet six)
            {
                _dscp = (byte)(six.TrafficClass >> 2);
                _etherType = EtherType.IPv6;
                isFragment = six.ExtensionHeaders.OfType<IPv6FragmentationExtensionHeader>().Any(f => f.FragmentOffset != 0 || f.More);
                _fields |= PacketFields.IPv6;
            }
            else
            {
                var four = (IPv4Packet)ip;
                _dscp = (byte)(four.TypeOfService >> 2);
                _etherType = EtherType.IPv4;
                isFragment = four.FragmentOffset != 0 || (four.FragmentFlags & 1) != 0;
                _fields |= PacketFields.IPv4;
            }

            if (isFragment)
            {
                _fields |= PacketFields.Fragment;
            }
        }

        private void TakePorts(TransportPacket transport)
        {
            _upper = transport.SourcePort;
            _destinationPort = transport.DestinationPort;
            _fields |= PacketFields.Ports;
            if (transport is TcpPacket tcp)
            {
                _flags = (TcpFlags)(byte)tcp.Flags;
                _fields |= PacketFields.TcpFlags;
            }
        }

        private bool IsOutermost(TransportPacket transport) => _protocol == (transport is TcpPacket ? IpProtocol.Tcp : IpProtocol.Udp);

        private static ushort ApplicationOf(Packet packet) => packet switch
        {
            DhcpV4Packet => PacketDotNetApplication.Dhcp,
            VxlanPacket => PacketDotNetApplication.Vxlan,
            L2tpPacket => PacketDotNetApplication.L2tp,
            GrePacket => PacketDotNetApplication.Gre,
            LldpPacket => PacketDotNetApplication.Lldp,
            OspfPacket => PacketDotNetApplication.Ospf,
            IgmpPacket => PacketDotNetApplication.Igmp,
            PppoePacket => PacketDotNetApplication.Pppoe,
            RtpPacket => PacketDotNetApplication.Rtp,
            RtcpPacket => PacketDotNetApplication.Rtcp,
            WakeOnLanPacket => PacketDotNetApplication.WakeOnLan,
            NdpPacket => PacketDotNetApplication.Ndp,
            _ => 0,
        };

        private static EtherType Type(EthernetType type) => (ushort)type < FirstType ? EtherType.None : (EtherType)(ushort)type;

        private static MacAddress Mac(PhysicalAddress address) => MacAddress.Read(address.GetAddressBytes());

        private static IpAddressKey Address(IPAddress address) => IpAddressKey.Read(address.GetAddressBytes());
    }
}
