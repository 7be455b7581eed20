using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using VSwitch.Wire;

namespace VSwitch.Tool.Why;

/// <summary>Makes the octets of a frame that was described: checksums right, 60 octets at least.</summary>
internal static class FrameComposer
{
    private const int MinOctets = 60; // IEEE Std 802.3, without FCS
    private const int IPv4HeaderOctets = 20;
    private const int IPv6HeaderOctets = 40;
    private const byte Hops = 64;
    private const byte EchoRequest = 8; // RFC 792
    private const byte EchoRequestV6 = 128; // RFC 4443

    internal static byte[] Compose(FrameDescription description)
    {
        byte[] payload = description.Type switch
        {
            EtherType.Arp => Arp(description),
            EtherType.IPv4 => IPv4(description),
            EtherType.IPv6 => IPv6(description),
            _ => [],
        };
        int payloadAt = EthernetHeader.Length + (description.Tags.Count * VlanTag.Length);
        var frame = new byte[Math.Max(MinOctets, payloadAt + payload.Length)];
        description.Destination.Write(frame);
        description.Source.Write(frame.AsSpan(6));
        int at = 12;
        for (int i = 0; i < description.Tags.Count; i++, at += VlanTag.Length)
        {
            // Of stacked tags, all but the innermost are the provider's (IEEE Std 802.1Q, 802.1ad).
            EtherType protocol = i == description.Tags.Count - 1 ? EtherType.CustomerVlan : EtherType.ServiceVlan;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)protocol);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at + 2), (ushort)((description.Tags[i].Priority << 13) | description.Tags[i].Vid));
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)description.Type);
        payload.CopyTo(frame, payloadAt);
        return frame;
    }

    /// <summary>A request of the source for the destination (RFC 826).</summary>
    private static byte[] Arp(FrameDescription description)
    {
        var message = new byte[28];
        BinaryPrimitives.WriteUInt64BigEndian(message, 0x0001_0800_0604_0001); // Ethernet, IPv4, 6 and 4 octets, request
        description.Source.Write(message.AsSpan(8));
        (description.IpSource ?? IPAddress.Any).TryWriteBytes(message.AsSpan(14), out _);
        (description.IpDestination ?? IPAddress.Any).TryWriteBytes(message.AsSpan(24), out _);
        return message;
    }

    private static byte[] IPv4(FrameDescription description)
    {
        byte[] segment = Segment(description, isIPv6: false);
        byte[] packet = [.. new byte[IPv4HeaderOctets], .. segment];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = Hops;
        packet[9] = (byte)description.Protocol;
        Addresses(description, AddressFamily.InterNetwork).CopyTo(packet, 12);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, IPv4HeaderOctets), 0));
        return packet;
    }

    private static byte[] IPv6(FrameDescription description)
    {
        byte[] segment = Segment(description, isIPv6: true);
        byte[] packet = [.. new byte[IPv6HeaderOctets], .. segment];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)segment.Length);
        packet[6] = (byte)ProtocolOf(description, isIPv6: true);
        packet[7] = Hops;
        Addresses(description, AddressFamily.InterNetworkV6).CopyTo(packet, 8);
        return packet;
    }

    private static byte[] Segment(FrameDescription description, bool isIPv6)
    {
        IpProtocol protocol = ProtocolOf(description, isIPv6);
        (byte[] segment, int checksumAt) = protocol switch
        {
            IpProtocol.Tcp => (Tcp(description), 16),
            IpProtocol.Udp => (Udp(description), 6),
            IpProtocol.Icmp => ([EchoRequest, 0, 0, 0, 0, 1, 0, 1], 2),
            _ => (new byte[] { EchoRequestV6, 0, 0, 0, 0, 1, 0, 1 }, 2),
        };
        byte[] addresses = Addresses(description, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        int pseudoHeader = protocol == IpProtocol.Icmp ? 0 : Sum(addresses) + (int)protocol + segment.Length;
        ushort checksum = Checksum(segment, pseudoHeader);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(checksumAt), protocol == IpProtocol.Udp && checksum == 0 ? ushort.MaxValue : checksum);
        return segment;
    }

    /// <summary>The first segment of a connection (RFC 9293).</summary>
    private static byte[] Tcp(FrameDescription description)
    {
        const byte Syn = 2;
        var segment = new byte[20];
        Ports(description, segment);
        segment[12] = 5 << 4;
        segment[13] = Syn;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), ushort.MaxValue);
        return segment;
    }

    private static byte[] Udp(FrameDescription description)
    {
        var datagram = new byte[8];
        Ports(description, datagram);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        return datagram;
    }

    private static void Ports(FrameDescription description, Span<byte> segment)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, description.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], description.DestinationPort);
    }

    private static IpProtocol ProtocolOf(FrameDescription description, bool isIPv6) =>
        description.Protocol == IpProtocol.Icmp && isIPv6 ? IpProtocol.IcmpV6 : description.Protocol;

    /// <summary>Source and destination; those of documentation where none was said (RFC 5737, RFC 3849).</summary>
    private static byte[] Addresses(FrameDescription description, AddressFamily family)
    {
        (string from, string to) = family == AddressFamily.InterNetwork ? ("192.0.2.1", "192.0.2.2") : ("2001:db8::1", "2001:db8::2");
        return [.. (description.IpSource ?? IPAddress.Parse(from)).GetAddressBytes(), .. (description.IpDestination ?? IPAddress.Parse(to)).GetAddressBytes()];
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> octets, int sum)
    {
        sum += Sum(octets);
        while (sum >> 16 != 0)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static int Sum(ReadOnlySpan<byte> octets)
    {
        int sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (i & 1) == 0 ? octets[i] << 8 : octets[i];
        }

        return sum;
    }
}
