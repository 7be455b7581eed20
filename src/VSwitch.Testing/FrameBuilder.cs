using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using VSwitch.Identifiers;
using VSwitch.Testing.Building;
using VSwitch.Wire;

namespace VSwitch.Testing;

/// <summary>Builds frames header by header, with lengths and checksums, so that no test needs a blob of octets. Each step gives another builder: one can begin many frames.</summary>
/// <remarks>Without more it is an untagged frame of 60 octets from 02:00:00:00:00:01 to 02:00:00:00:00:02, of EtherType 0x88B5 (IEEE Std 802, local experimental).</remarks>
/// <example><code>
/// byte[] query = new FrameBuilder().From("02:00:00:00:00:01").To("02:00:00:00:00:02").Vlan(10).Ip("10.0.0.1", "10.0.0.53").Udp(1024, 53).Payload(30).Build();
/// </code></example>
public sealed class FrameBuilder
{
    private const EtherType LocalExperimental = (EtherType)0x88B5;
    private const int EmptyPayload = 46;
    private const byte TcpProtocol = 6;
    private const byte UdpProtocol = 17;
    private const byte IcmpProtocol = 1;
    private const byte IcmpV6Protocol = 58;

    private (EtherType Tpid, ushort Tci)[] _tags = [];
    private MacAddress _source = new(0x0200_0000_0001);
    private MacAddress _destination = new(0x0200_0000_0002);
    private EtherType _etherType = LocalExperimental;
    private (IPAddress From, IPAddress To, byte Hops, byte Dscp)? _ip;
    private byte _protocol;
    private byte[] _transport = [];
    private int _checksumAt = -1;
    private byte[]? _payload;
    private int _leastOctets;

    /// <summary>The source address.</summary>
    public FrameBuilder From(MacAddress source) => With(b => b._source = source);

    /// <inheritdoc cref="From(MacAddress)"/>
    public FrameBuilder From(string source) => From(MacAddress.Parse(source));

    /// <summary>The destination address.</summary>
    public FrameBuilder To(MacAddress destination) => With(b => b._destination = destination);

    /// <inheritdoc cref="To(MacAddress)"/>
    public FrameBuilder To(string destination) => To(MacAddress.Parse(destination));

    /// <summary>To all stations.</summary>
    public FrameBuilder Broadcast() => To(MacAddress.Broadcast);

    /// <summary>A VLAN tag behind those that are there: the outer is the first.</summary>
    /// <param name="vid">0 to 4095.</param>
    /// <param name="priority">0 to 7.</param>
    /// <param name="tpid">The kind of tag.</param>
    public FrameBuilder Vlan(int vid, int priority = 0, EtherType tpid = EtherType.CustomerVlan)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)vid, 4095u, nameof(vid));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)priority, 7u, nameof(priority));
        return With(b => b._tags = [.. b._tags, (tpid, (ushort)((priority << 13) | vid))]);
    }

    /// <summary>What the frame carries, for what has no method here.</summary>
    public FrameBuilder Type(EtherType etherType) => With(b => b._etherType = etherType);

    /// <summary>An IP packet, of the family of its addresses.</summary>
    /// <param name="from">The source, such as 10.0.0.1 or 2001:db8::1.</param>
    /// <param name="to">The destination, of the same family.</param>
    /// <param name="hops">TTL or hop limit.</param>
    /// <param name="dscp">0 to 63.</param>
    public FrameBuilder Ip(string from, string to, byte hops = 64, byte dscp = 0)
    {
        (IPAddress source, IPAddress destination) = (IPAddress.Parse(from), IPAddress.Parse(to));
        if (source.AddressFamily != destination.AddressFamily)
        {
            throw new ArgumentException($"{from} and {to} are of two families", nameof(to));
        }

        return With(b => (b._ip, b._etherType) = ((source, destination, hops, dscp), source.AddressFamily == AddressFamily.InterNetwork ? EtherType.IPv4 : EtherType.IPv6));
    }

    /// <summary>A TCP segment, in the packet of <see cref="Ip"/>.</summary>
    public FrameBuilder Tcp(int sourcePort, int destinationPort, TcpFlags flags = TcpFlags.Ack, uint sequence = 0, uint acknowledgment = 0)
    {
        var header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, checked((ushort)sourcePort));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), checked((ushort)destinationPort));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), acknowledgment);
        header[12] = 5 << 4; // words of the header
        header[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), ushort.MaxValue); // window
        return Transport(TcpProtocol, header, checksumAt: 16);
    }

    /// <summary>A UDP datagram, in the packet of <see cref="Ip"/>.</summary>
    public FrameBuilder Udp(int sourcePort, int destinationPort)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(header, checked((ushort)sourcePort));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), checked((ushort)destinationPort));
        return Transport(UdpProtocol, header, checksumAt: 6);
    }

    /// <summary>An echo request (ping), in the packet of <see cref="Ip"/>.</summary>
    public FrameBuilder EchoRequest(int identifier = 1, int sequence = 1) => Echo(8, 128, identifier, sequence);

    /// <summary>An echo reply, in the packet of <see cref="Ip"/>.</summary>
    public FrameBuilder EchoReply(int identifier = 1, int sequence = 1) => Echo(0, 129, identifier, sequence);

    /// <summary>A packet of any other protocol, in the packet of <see cref="Ip"/>; its octets are the payload.</summary>
    public FrameBuilder Protocol(byte protocol) => Transport(protocol, [], checksumAt: -1);

    /// <summary>An ARP request for an address, to all stations.</summary>
    public FrameBuilder ArpRequest(string from, string target) => Broadcast().With(b => b.SetArp(1, from, default, target));

    /// <summary>An ARP reply: this station has the address.</summary>
    public FrameBuilder ArpReply(string from, string target) => With(b => b.SetArp(2, from, b._destination, target));

    /// <summary>The octets behind the headers.</summary>
    public FrameBuilder Payload(byte[] octets)
    {
        ArgumentNullException.ThrowIfNull(octets);
        return With(b => b._payload = octets);
    }

    /// <summary>So many octets behind the headers, that count up.</summary>
    public FrameBuilder Payload(int octets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(octets);
        return Payload([.. Enumerable.Range(0, octets).Select(i => (byte)i)]);
    }

    /// <summary>Text behind the headers, in UTF-8.</summary>
    public FrameBuilder Payload(string text) => Payload(Encoding.UTF8.GetBytes(text));

    /// <summary>Zeros behind the frame until it has so many octets, as a network card pads to 60.</summary>
    public FrameBuilder PadTo(int octets = 60) => With(b => b._leastOctets = octets);

    /// <summary>The frame, without FCS.</summary>
    public byte[] Build()
    {
        byte[] packet = BuildPacket();
        int headers = EthernetHeader.Length + (_tags.Length * VlanTag.Length);
        var frame = new byte[Math.Max(_leastOctets, headers + packet.Length)];
        _destination.Write(frame);
        _source.Write(frame.AsSpan(MacAddress.Length));
        int at = 2 * MacAddress.Length;
        foreach ((EtherType tpid, ushort tci) in _tags)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)tpid);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at + 2), tci);
            at += VlanTag.Length;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)_etherType);
        packet.CopyTo(frame, headers);
        return frame;
    }

    /// <summary>The same without Ethernet header and tags, as a port of bare IP packets has it.</summary>
    public byte[] BuildPacket()
    {
        if (_ip is not { } ip)
        {
            return _transport.Length > 0
                ? throw new InvalidOperationException("TCP, UDP and ICMP travel in IP: say Ip(from, to) too")
                : [.. _payload ?? new byte[EmptyPayload]];
        }

        byte[] segment = [.. _transport, .. _payload ?? []];
        return PacketLayout.Write(ip.From, ip.To, ip.Hops, ip.Dscp, _protocol, segment, _checksumAt);
    }

    private FrameBuilder Echo(byte v4, byte v6, int identifier, int sequence)
    {
        if (_ip is not { } ip)
        {
            throw new InvalidOperationException("an echo is of the family of its packet: say Ip(from, to) first");
        }

        bool isV4 = ip.From.AddressFamily == AddressFamily.InterNetwork;
        var header = new byte[8];
        header[0] = isV4 ? v4 : v6;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), checked((ushort)identifier));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), checked((ushort)sequence));
        return Transport(isV4 ? IcmpProtocol : IcmpV6Protocol, header, checksumAt: 2);
    }

    private FrameBuilder Transport(byte protocol, byte[] header, int checksumAt) =>
        With(b => (b._protocol, b._transport, b._checksumAt) = (protocol, header, checksumAt));

    // Source: RFC 826.
    private void SetArp(byte operation, string from, MacAddress target, string to)
    {
        byte[] arp = [0, 1, 8, 0, 6, 4, 0, operation, .. new byte[20]];
        _source.Write(arp.AsSpan(8));
        IPAddress.Parse(from).GetAddressBytes().CopyTo(arp, 14);
        target.Write(arp.AsSpan(18));
        IPAddress.Parse(to).GetAddressBytes().CopyTo(arp, 24);
        (_etherType, _ip, _transport, _payload) = (EtherType.Arp, null, [], arp);
    }

    private FrameBuilder With(Action<FrameBuilder> change)
    {
        var copy = (FrameBuilder)MemberwiseClone();
        change(copy);
        return copy;
    }
}
