using System.Buffers.Binary;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Captures.Splitting;

/// <summary>What a splitter sees of an IP packet, behind any number of VLAN tags.</summary>
internal readonly struct PacketSight
{
    private const int MinTransport = 8, TcpFlagsOffset = 13, MinTcp = 20;

    /// <summary>Who sent it.</summary>
    internal IpAddressKey Source { get; private init; }

    /// <summary>Whom it is for.</summary>
    internal IpAddressKey Destination { get; private init; }

    /// <summary>What layer 4 is, where its header is there: not in later fragments.</summary>
    internal IpProtocol? Protocol { get; private init; }

    /// <summary>The source port of TCP or UDP; type and code of ICMP.</summary>
    internal int FirstWord { get; private init; }

    /// <summary>The destination port of TCP or UDP.</summary>
    internal int DestinationPort { get; private init; }

    /// <summary>The flags of TCP; 0 elsewhere.</summary>
    internal TcpFlags TcpFlags { get; private init; }

    /// <returns>False for what is no IP packet, or ends inside its IP header.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> frame, out PacketSight sight)
    {
        sight = default;
        int at = EthernetHeader.AddressOctets;
        while (VlanTag.TryRead(frame.Length > at ? frame[at..] : default, out VlanTag tag) && VlanTag.IsTag(tag.Protocol))
        {
            at += VlanTag.Length;
        }

        if (frame.Length < at + sizeof(ushort))
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[(at + sizeof(ushort))..];
        return (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) switch
        {
            EtherType.IPv4 => TryReadIPv4(packet, out sight),
            EtherType.IPv6 => TryReadIPv6(packet, out sight),
            _ => false,
        };
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> packet, out PacketSight sight)
    {
        sight = default;
        if (!IPv4Header.TryRead(packet, out IPv4Header header))
        {
            return false;
        }

        IpProtocol? protocol = header.FragmentOffset == 0 ? header.Protocol : null;
        sight = Read(IpAddressKey.FromIPv4(header.Source), IpAddressKey.FromIPv4(header.Destination), protocol, packet[header.HeaderLength..]);
        return true;
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> packet, out PacketSight sight)
    {
        sight = default;
        if (!IPv6Header.TryRead(packet, out IPv6Header header))
        {
            return false;
        }

        bool isFound = header.TryFindUpperLayer(out IpProtocol protocol, out int offset);
        sight = Read(
            IpAddressKey.FromIPv6(header.Source.High, header.Source.Low),
            IpAddressKey.FromIPv6(header.Destination.High, header.Destination.Low),
            isFound ? protocol : null,
            isFound ? packet[offset..] : default);
        return true;
    }

    private static PacketSight Read(IpAddressKey source, IpAddressKey destination, IpProtocol? protocol, ReadOnlySpan<byte> segment)
    {
        bool isThere = segment.Length >= MinTransport;
        return new()
        {
            Source = source,
            Destination = destination,
            Protocol = isThere ? protocol : null,
            FirstWord = isThere ? BinaryPrimitives.ReadUInt16BigEndian(segment) : 0,
            DestinationPort = isThere ? BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) : 0,
            TcpFlags = protocol == IpProtocol.Tcp && segment.Length >= MinTcp ? (TcpFlags)segment[TcpFlagsOffset] : default,
        };
    }
}
