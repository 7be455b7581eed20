using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Classifying;

/// <summary>The dissector of this house: over the views of Wire, in place; allocates nothing, never throws, and looks at a bounded number of headers.</summary>
/// <remarks>
/// At most <see cref="MaxTags"/> VLAN tags and eight IPv6 extension headers. A header that is cut, or contradicts itself, shows nothing, and neither does what is behind it. Octets
/// behind the length that IP claims (the padding of short frames) are not looked at; a length of 0 claims nothing.
/// </remarks>
public sealed class SpanDissector : IPacketDissector
{
    /// <summary>VLAN tags that are read; of a frame with more, nothing behind them.</summary>
    public const int MaxTags = 4;

    private const int ArpLength = 28; // for IPv4 over Ethernet: RFC 826
    private const int IcmpLength = 4; // type, code, checksum: RFC 792, RFC 4443
    private const int SctpLength = 12; // ports, verification tag, checksum: RFC 9260, section 3.1
    private const int FragmentLength = 8; // RFC 8200, section 4.5
    private const int FirstType = 1536; // below, a length (IEEE Std 802.3, clause 3.2.6)

    /// <inheritdoc/>
    public string Name => "span";

    /// <inheritdoc/>
    public bool TryDissect(ReadOnlySpan<byte> octets, LinkLayer linkLayer, out PacketFacts facts) => TryRead(octets, linkLayer, out facts);

    /// <summary>Reads an Ethernet frame.</summary>
    /// <returns>False for a frame shorter than its header.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> frame, out PacketFacts facts) => TryRead(frame, LinkLayer.Ethernet, out facts);

    /// <summary>As <see cref="TryDissect"/>, without an instance.</summary>
    /// <returns>False for a frame shorter than an Ethernet header, or, of bare IP, when it is neither IPv4 nor IPv6, or cut in its first header.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> octets, LinkLayer linkLayer, out PacketFacts facts)
    {
        Draft draft = default;
        bool isRead = linkLayer == LinkLayer.Ethernet ? ReadEthernet(octets, ref draft) : ReadIp(octets, ref draft);
        facts = new(new FlowKey(
            draft.Source,
            draft.Destination,
            draft.From,
            draft.To,
            FlowKey.KindOf(draft.EtherType, draft.Vlan, draft.InnerVlan, draft.Protocol, draft.Fields)))
        {
            Length = octets.Length,
            Dscp = draft.Dscp,
            TimeToLive = draft.TimeToLive,
            TcpFlags = draft.TcpFlags,
        };
        return isRead;
    }

    private static bool ReadEthernet(ReadOnlySpan<byte> frame, ref Draft draft)
    {
        if (!EthernetHeader.TryRead(frame, out EthernetHeader header))
        {
            return false;
        }

        draft.Fields = PacketFields.Ethernet;
        draft.From = header.Source.Value << 16;
        draft.To = header.Destination.Value << 16;
        draft.EtherType = header.EtherType;
        int at = EthernetHeader.Length;
        if (VlanTag.IsTag(draft.EtherType))
        {
            at = ReadTags(frame, ref draft);
        }

        ReadOnlySpan<byte> payload = frame[at..];
        switch (draft.EtherType)
        {
            case EtherType.IPv4:
                ReadIPv4(payload, ref draft);
                break;
            case EtherType.IPv6:
                ReadIPv6(payload, ref draft);
                break;
            case EtherType.Arp:
                ReadArp(payload, ref draft);
                break;
            case < (EtherType)FirstType:
                draft.EtherType = EtherType.None;
                break;
        }

        return true;
    }

    /// <returns>Where the payload begins.</returns>
    private static int ReadTags(ReadOnlySpan<byte> frame, ref Draft draft)
    {
        const int Addresses = EthernetHeader.AddressOctets;
        int at = Addresses;
        for (int tags = 0; tags < MaxTags && VlanTag.IsTag(draft.EtherType) && VlanTag.TryRead(frame[at..], out VlanTag tag); tags++)
        {
            if (tags == 0)
            {
                draft.Vlan = tag.Vlan;
                draft.Fields |= PacketFields.Vlan;
            }
            else if (tags == 1)
            {
                draft.InnerVlan = tag.Vlan;
                draft.Fields |= PacketFields.InnerVlan;
            }

            draft.EtherType = tag.EtherType;
            at += VlanTag.Length;
        }

        return at + sizeof(ushort);
    }

    private static void ReadArp(ReadOnlySpan<byte> message, ref Draft draft)
    {
        const ulong EthernetForIPv4 = 0x0001_0800_0604; // hardware type, protocol type, and the lengths of their addresses
        if (message.Length < ArpLength || BinaryPrimitives.ReadUInt64BigEndian(message) >> 16 != EthernetForIPv4)
        {
            return;
        }

        draft.Fields |= PacketFields.Arp;
        draft.From |= BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        draft.Source = IpAddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(message[14..]));
        draft.Destination = IpAddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(message[24..]));
    }

    private static bool ReadIp(ReadOnlySpan<byte> packet, ref Draft draft)
    {
        if (packet.IsEmpty)
        {
            return false;
        }

        bool is6 = packet[0] >> 4 == 6;
        draft.EtherType = is6 ? EtherType.IPv6 : EtherType.IPv4;
        return is6 ? ReadIPv6(packet, ref draft) : ReadIPv4(packet, ref draft);
    }

    private static bool ReadIPv4(ReadOnlySpan<byte> packet, ref Draft draft)
    {
        if (!IPv4Header.TryRead(packet, out IPv4Header header))
        {
            return false;
        }

        draft.Fields |= PacketFields.IPv4;
        draft.Source = IpAddressKey.FromIPv4(header.Source);
        draft.Destination = IpAddressKey.FromIPv4(header.Destination);
        draft.Protocol = header.Protocol;
        draft.Dscp = header.Dscp;
        draft.TimeToLive = header.Ttl;
        if (header.IsFragment)
        {
            draft.Fields |= PacketFields.Fragment;
            return true;
        }

        int claimed = header.TotalLength;
        int end = claimed == 0 || claimed > packet.Length ? packet.Length : claimed;
        if (end > header.HeaderLength)
        {
            ReadUpper(packet[header.HeaderLength..end], IpProtocol.Icmp, ref draft);
        }

        return true;
    }

    private static bool ReadIPv6(ReadOnlySpan<byte> packet, ref Draft draft)
    {
        if (!IPv6Header.TryRead(packet, out IPv6Header header))
        {
            return false;
        }

        (ulong high, ulong low) = header.Source;
        draft.Source = IpAddressKey.FromIPv6(high, low);
        (high, low) = header.Destination;
        draft.Destination = IpAddressKey.FromIPv6(high, low);
        draft.Fields |= PacketFields.IPv6;
        draft.Dscp = header.Dscp;
        draft.TimeToLive = header.HopLimit;

        int claimed = header.PayloadLength;
        int end = claimed == 0 || claimed > packet.Length - IPv6Header.Length ? packet.Length : IPv6Header.Length + claimed;
        bool isFound = header.TryFindUpperLayer(out draft.Protocol, out int at) && at < end;
        if (!isFound)
        {
            return true;
        }

        ReadOnlySpan<byte> upper = packet[at..end];
        if (draft.Protocol == IpProtocol.Fragment)
        {
            if (upper.Length < FragmentLength)
            {
                return true;
            }

            const int OffsetAndMore = 0xFFF9;
            draft.Protocol = (IpProtocol)upper[0];
            if ((BinaryPrimitives.ReadUInt16BigEndian(upper[2..]) & OffsetAndMore) != 0)
            {
                draft.Fields |= PacketFields.Fragment;
                return true;
            }

            upper = upper[FragmentLength..]; // all of the datagram in one part (RFC 6946)
        }

        ReadUpper(upper, IpProtocol.IcmpV6, ref draft);
        return true;
    }

    private static void ReadUpper(ReadOnlySpan<byte> octets, IpProtocol icmp, ref Draft draft)
    {
        if (draft.Protocol == IpProtocol.Tcp)
        {
            if (TcpHeader.TryRead(octets, out TcpHeader tcp))
            {
                TakePorts(tcp.SourcePort, tcp.DestinationPort, ref draft);
                draft.TcpFlags = tcp.Flags;
                draft.Fields |= PacketFields.TcpFlags;
            }
        }
        else if (draft.Protocol == IpProtocol.Udp)
        {
            if (UdpHeader.TryRead(octets, out UdpHeader udp))
            {
                TakePorts(udp.SourcePort, udp.DestinationPort, ref draft);
            }
        }
        else if (draft.Protocol == icmp)
        {
            if (octets.Length >= IcmpLength)
            {
                draft.From |= BinaryPrimitives.ReadUInt16BigEndian(octets);
                draft.Fields |= PacketFields.Icmp;
            }
        }
        else if (draft.Protocol == IpProtocol.Sctp && octets.Length >= SctpLength)
        {
            TakePorts(BinaryPrimitives.ReadUInt16BigEndian(octets), BinaryPrimitives.ReadUInt16BigEndian(octets[2..]), ref draft);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TakePorts(ushort source, ushort destination, ref Draft draft)
    {
        draft.From |= source;
        draft.To |= destination;
        draft.Fields |= PacketFields.Ports;
    }

    // What is known so far; the words are those of FlowKey.
    private struct Draft
    {
        internal IpAddressKey Source;
        internal IpAddressKey Destination;
        internal ulong From;
        internal ulong To;
        internal EtherType EtherType;
        internal VlanId Vlan;
        internal VlanId InnerVlan;
        internal PacketFields Fields;
        internal IpProtocol Protocol;
        internal byte Dscp;
        internal byte TimeToLive;
        internal TcpFlags TcpFlags;
    }
}
