using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.TestKit;

/// <summary>Builds frames header by header, checksums included, so that no test needs a blob of octets.</summary>
public sealed partial class FrameBuilder
{
    private readonly List<(ushort Tpid, ushort Tci)> _tags = [];
    private MacAddress _source = new(0x0200_0000_0001);
    private MacAddress _destination = new(0x0200_0000_0002);
    private EtherType _etherType = (EtherType)0x88B5; // IEEE 802 local experimental
    private byte[] _payload = new byte[46];

    public FrameBuilder From(MacAddress source)
    {
        _source = source;
        return this;
    }

    public FrameBuilder From(string source) => From(MacAddress.Parse(source));

    public FrameBuilder To(MacAddress destination)
    {
        _destination = destination;
        return this;
    }

    public FrameBuilder To(string destination) => To(MacAddress.Parse(destination));

    public FrameBuilder Vlan(int vid, int priority = 0, EtherType tpid = EtherType.CustomerVlan)
    {
        _tags.Add(((ushort)tpid, (ushort)((priority << 13) | vid)));
        return this;
    }

    public FrameBuilder Type(EtherType etherType)
    {
        _etherType = etherType;
        return this;
    }

    public FrameBuilder Payload(byte[] payload)
    {
        _payload = payload;
        return this;
    }

    /// <summary>An IP packet with a TCP segment of <paramref name="payload"/> octets that count up.</summary>
    public FrameBuilder Tcp(string from, string to, int payload, TcpFields fields = default, bool finishChecksum = true)
    {
        var segment = new byte[20 + fields.OptionOctets + payload];
        BinaryPrimitives.WriteUInt16BigEndian(segment, fields.SourcePort == 0 ? (ushort)1024 : fields.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), fields.DestinationPort == 0 ? (ushort)5001 : fields.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), fields.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), fields.Acknowledgment);
        segment[12] = (byte)((20 + fields.OptionOctets) / 4 << 4);
        segment[13] = fields.Flags == 0 ? (byte)0x10 : fields.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 0xFFFF);
        segment.AsSpan(20, fields.OptionOctets).Fill(1); // NOP
        CountUp(segment.AsSpan(20 + fields.OptionOctets));
        return Ip(from, to, 6, segment, 16, finishChecksum);
    }

    /// <summary>An IP packet with a UDP datagram of <paramref name="payload"/> octets that count up.</summary>
    public FrameBuilder Udp(string from, string to, int payload, ushort sourcePort = 1024, ushort destinationPort = 5001, bool finishChecksum = true)
    {
        var datagram = new byte[8 + payload];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        CountUp(datagram.AsSpan(8));
        return Ip(from, to, 17, datagram, 6, finishChecksum);
    }

    public byte[] Build()
    {
        var frame = new byte[EthernetHeader.Length + (_tags.Count * VlanTag.Length) + _payload.Length];
        _destination.Write(frame);
        _source.Write(frame.AsSpan(6));
        int at = 12;
        foreach ((ushort tpid, ushort tci) in _tags)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), tpid);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at + 2), tci);
            at += VlanTag.Length;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)_etherType);
        _payload.CopyTo(frame, at + 2);
        return frame;
    }

    /// <summary>The offload description of a TCP or UDP super-frame built by this builder, checksum unfinished.</summary>
    public OffloadInfo Offload(GsoType gsoType, int gsoSize)
    {
        int l3 = EthernetHeader.Length + (_tags.Count * VlanTag.Length);
        bool v4 = _etherType == EtherType.IPv4;
        int l4 = l3 + (v4 ? (_payload[0] & 0xF) * 4 : 40);
        bool tcp = _payload[v4 ? 9 : 6] == 6;
        return new OffloadInfo
        {
            NeedsCsum = true,
            GsoType = gsoType,
            GsoSize = (ushort)gsoSize,
            CsumStart = (ushort)l4,
            CsumOffset = (ushort)(tcp ? 16 : 6),
            HdrLen = (ushort)(l4 + (tcp ? _payload[l4 - l3 + 12] >> 4 << 2 : 8)),
        };
    }

    private FrameBuilder Ip(string from, string to, byte protocol, byte[] l4, int checksumAt, bool finishChecksum)
    {
        IPAddress source = IPAddress.Parse(from);
        byte[] s = source.GetAddressBytes();
        byte[] d = IPAddress.Parse(to).GetAddressBytes();
        uint pseudo = Sum(s) + Sum(d) + protocol + (uint)l4.Length;
        ushort sum = finishChecksum ? (ushort)~Fold(pseudo + Sum(l4)) : Fold(pseudo);
        BinaryPrimitives.WriteUInt16BigEndian(l4.AsSpan(checksumAt), sum == 0 && finishChecksum && protocol == 17 ? (ushort)0xFFFF : sum);

        bool v4 = source.AddressFamily == AddressFamily.InterNetwork;
        var packet = new byte[(v4 ? 20 : 40) + l4.Length];
        if (v4)
        {
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), 0x1234); // identification
            packet[6] = 0x40; // don't fragment
            packet[8] = 64;
            packet[9] = protocol;
            s.CopyTo(packet, 12);
            d.CopyTo(packet, 16);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~Fold(Sum(packet.AsSpan(0, 20))));
        }
        else
        {
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)l4.Length);
            packet[6] = protocol;
            packet[7] = 64;
            s.CopyTo(packet, 8);
            d.CopyTo(packet, 24);
        }

        l4.CopyTo(packet, packet.Length - l4.Length);
        _payload = packet;
        _etherType = v4 ? EtherType.IPv4 : EtherType.IPv6;
        return this;
    }

    private static void CountUp(Span<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] = (byte)(i * 7);
        }
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += (uint)(i % 2 == 0 ? octets[i] << 8 : octets[i]);
        }

        return Fold(sum);
    }

    private static ushort Fold(uint sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
