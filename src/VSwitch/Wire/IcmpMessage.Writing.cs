using System.Buffers.Binary;
using System.Diagnostics;
using VSwitch.Identifiers;

namespace VSwitch.Wire;

internal static partial class IcmpMessage
{
    /// <summary>Octets of the longest packet that <see cref="WriteError"/> writes.</summary>
    public const int MaxErrorLength = MaxErrorV6;

    private const int MaxErrorV4 = 576;  // RFC 1812, section 4.3.2.3
    private const int MaxErrorV6 = 1280; // the least MTU of IPv6: RFC 4443, section 2.4(c)
    private const int ChecksumOffset = 2;
    private const byte InternetworkControl = 0xC0; // precedence 6: RFC 1812, section 4.3.2.5

    /// <summary>Writes a report to the source of a packet, as a whole IP packet of the same version.</summary>
    /// <param name="into">At least <see cref="MaxErrorLength"/> octets, none of them the packet's.</param>
    /// <param name="packet">A packet that <see cref="MayReport(ReadOnlySpan{byte}, IcmpError)"/> is true for; the front of it is quoted.</param>
    /// <param name="from">Who reports: an address of the packet's IP version.</param>
    /// <param name="kind">What.</param>
    /// <param name="mtu">Of <see cref="IcmpError.PacketTooBig"/>: octets that the next link takes, link-layer header not counted.</param>
    /// <returns>Octets of the report.</returns>
    public static int WriteError(Span<byte> into, ReadOnlySpan<byte> packet, IpAddressKey from, IcmpError kind, int mtu = 0)
    {
        if (IPv4Header.TryRead(packet, out IPv4Header v4))
        {
            Debug.Assert(from.IsIPv4);
            int end = Math.Min(packet.Length, Math.Max(v4.TotalLength, v4.HeaderLength));
            return WriteErrorV4(into, packet[..end], (from.IPv4, v4.Source), kind, mtu);
        }

        if (IPv6Header.TryRead(packet, out IPv6Header v6))
        {
            Debug.Assert(!from.IsIPv4);
            int end = Math.Min(packet.Length, IPv6Header.Length + v6.PayloadLength);
            return WriteErrorV6(into, packet[..end], (from, SourceOf(in v6)), kind, mtu);
        }

        Debug.Fail("not an IP packet");
        return 0;
    }

    /// <summary>Writes the echo that a packet asks for, to its source from its destination.</summary>
    /// <param name="into">As many octets as the packet has, none of them the packet's.</param>
    /// <param name="packet">One that <see cref="IsEchoRequest"/> is true for; its options are not echoed, its traffic class of IPv4 is.</param>
    /// <returns>Octets of the reply.</returns>
    public static int WriteEchoReply(Span<byte> into, ReadOnlySpan<byte> packet)
    {
        if (IPv4Header.TryRead(packet, out IPv4Header v4))
        {
            ReadOnlySpan<byte> request = packet[v4.HeaderLength..v4.TotalLength];
            int length = IPv4Header.MinLength + request.Length;
            IPv4Header.Write(into, length, IpProtocol.Icmp, v4.Destination, v4.Source, v4.TrafficClass, v4.Identification, v4.DontFragment);
            Span<byte> reply = into[IPv4Header.MinLength..length];
            request.CopyTo(reply);
            WriteHeader(reply, EchoReplyV4, 0);
            WriteChecksum(reply, 0);
            return length;
        }

        if (IPv6Header.TryRead(packet, out IPv6Header v6))
        {
            ReadOnlySpan<byte> request = packet.Slice(IPv6Header.Length, v6.PayloadLength);
            IPv6Header.Write(into, request.Length, IpProtocol.IcmpV6, IPv4Header.DefaultTtl, DestinationOf(in v6), SourceOf(in v6));
            Span<byte> reply = into.Slice(IPv6Header.Length, request.Length);
            request.CopyTo(reply);
            WriteHeader(reply, (byte)IcmpV6Type.EchoReply, 0);
            WriteChecksum(reply, PseudoHeader(into, reply.Length));
            return IPv6Header.Length + reply.Length;
        }

        Debug.Fail("not an IP packet");
        return 0;
    }

    /// <summary>Writes an echo request without data as a whole IPv6 packet: its answer says that somebody has the address.</summary>
    /// <param name="into">At least 48 octets.</param>
    /// <param name="from">Who asks.</param>
    /// <param name="to">Who is asked.</param>
    /// <returns>Octets of the request.</returns>
    public static int WriteEchoRequest(Span<byte> into, IpAddressKey from, IpAddressKey to)
    {
        IPv6Header.Write(into, HeaderLength, IpProtocol.IcmpV6, IPv4Header.DefaultTtl, from, to);
        Span<byte> request = into.Slice(IPv6Header.Length, HeaderLength);
        request.Clear();
        WriteHeader(request, (byte)IcmpV6Type.EchoRequest, 0);
        WriteChecksum(request, PseudoHeader(into, request.Length));
        return IPv6Header.Length + request.Length;
    }

    private static int WriteErrorV4(Span<byte> into, ReadOnlySpan<byte> packet, (uint From, uint To) addresses, IcmpError kind, int mtu)
    {
        int quoted = Math.Min(packet.Length, MaxErrorV4 - IPv4Header.MinLength - HeaderLength);
        int length = IPv4Header.MinLength + HeaderLength + quoted;
        IPv4Header.Write(into, length, IpProtocol.Icmp, addresses.From, addresses.To, InternetworkControl);
        Span<byte> message = into[IPv4Header.MinLength..length];
        (byte type, byte code) = NumbersV4(kind);
        WriteHeader(message, type, code);
        uint nextHopMtu = kind == IcmpError.PacketTooBig ? (uint)Math.Clamp(mtu, 0, ushort.MaxValue) : 0;
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], nextHopMtu); // 16 bits unused, 16 bits MTU: RFC 1191, section 4
        packet[..quoted].CopyTo(message[HeaderLength..]);
        WriteChecksum(message, 0);
        return length;
    }

    private static int WriteErrorV6(
        Span<byte> into, ReadOnlySpan<byte> packet, (IpAddressKey From, IpAddressKey To) addresses, IcmpError kind, int mtu)
    {
        int quoted = Math.Min(packet.Length, MaxErrorV6 - IPv6Header.Length - HeaderLength);
        int length = HeaderLength + quoted;
        IPv6Header.Write(into, length, IpProtocol.IcmpV6, IPv4Header.DefaultTtl, addresses.From, addresses.To);
        Span<byte> message = into.Slice(IPv6Header.Length, length);
        (IcmpV6Type type, byte code) = NumbersV6(kind);
        WriteHeader(message, (byte)type, code);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], kind == IcmpError.PacketTooBig ? (uint)mtu : 0);
        packet[..quoted].CopyTo(message[HeaderLength..]);
        WriteChecksum(message, PseudoHeader(into, length));
        return IPv6Header.Length + length;
    }

    private static (byte Type, byte Code) NumbersV4(IcmpError kind) => kind switch
    {
        IcmpError.TimeExceeded => (11, 0),
        IcmpError.NetUnreachable => (3, 0),
        IcmpError.HostUnreachable => (3, 1),
        IcmpError.PortUnreachable => (3, 3),
        IcmpError.PacketTooBig => (3, 4),
        _ => (3, 13),
    };

    private static (IcmpV6Type Type, byte Code) NumbersV6(IcmpError kind) => kind switch
    {
        IcmpError.TimeExceeded => (IcmpV6Type.TimeExceeded, 0),
        IcmpError.NetUnreachable => (IcmpV6Type.DestinationUnreachable, 0),
        IcmpError.HostUnreachable => (IcmpV6Type.DestinationUnreachable, 3),
        IcmpError.PortUnreachable => (IcmpV6Type.DestinationUnreachable, 4),
        IcmpError.PacketTooBig => (IcmpV6Type.PacketTooBig, 0),
        _ => (IcmpV6Type.DestinationUnreachable, 1),
    };

    private static void WriteHeader(Span<byte> message, byte type, byte code)
    {
        message[0] = type;
        message[1] = code;
        message[ChecksumOffset] = message[ChecksumOffset + 1] = 0;
    }

    private static void WriteChecksum(Span<byte> message, ushort pseudoHeader) => BinaryPrimitives.WriteUInt16BigEndian(
        message[ChecksumOffset..], (ushort)~InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(message)));
}
