using System.Buffers.Binary;
using System.Net;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.TestKit;

/// <content>ARP, neighbour discovery, ICMP, and what is odd about IP headers.</content>
public sealed partial class FrameBuilder
{
    private const byte IcmpV4 = 1;
    private const byte IcmpV6 = 58;

    /// <summary>An ARP request, broadcast unless <see cref="To(MacAddress)"/> says another thing behind it.</summary>
    public FrameBuilder ArpRequest(string from, string target) => To(MacAddress.Broadcast).Arp(1, _source, from, default, target);

    /// <summary>An ARP reply to the station that the frame is for.</summary>
    public FrameBuilder ArpReply(string from, string target) => Arp(2, _source, from, _destination, target);

    /// <summary>Any ARP message (RFC 826).</summary>
    public FrameBuilder Arp(int operation, MacAddress sender, string from, MacAddress target, string to)
    {
        var arp = new byte[28];
        new byte[] { 0, 1, 8, 0, 6, 4, 0, (byte)operation }.CopyTo(arp, 0);
        sender.Write(arp.AsSpan(8));
        IPAddress.Parse(from).GetAddressBytes().CopyTo(arp, 14);
        target.Write(arp.AsSpan(18));
        IPAddress.Parse(to).GetAddressBytes().CopyTo(arp, 24);
        return Type(EtherType.Arp).Payload(arp);
    }

    /// <summary>A neighbour solicitation to the target's group, with the sender's link-layer address unless it comes from ::.</summary>
    public FrameBuilder Solicitation(string from, string target)
    {
        byte[] octets = IPAddress.Parse(target).GetAddressBytes();
        byte[] group = [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, .. octets[13..]];
        To(new MacAddress(0x3333_FF00_0000 | ((ulong)octets[13] << 16) | ((ulong)octets[14] << 8) | octets[15]));
        return Discovery(from, new IPAddress(group).ToString(), [135, 0, 0, 0, 0, 0, 0, 0, .. octets, .. from == "::" ? [] : Option(1, _source)]);
    }

    /// <summary>A neighbour solicitation to the target itself, without options: a probe whether it is still there.</summary>
    public FrameBuilder Probe(string from, string target) =>
        Discovery(from, target, [135, 0, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes()]);

    /// <summary>A neighbour advertisement of the sender's link-layer address.</summary>
    /// <param name="from">Who tells.</param>
    /// <param name="to">Who asked, or ff02::1.</param>
    /// <param name="target">Whose address is told.</param>
    /// <param name="flags">R 0x80, S 0x40, O 0x20.</param>
    public FrameBuilder Advertisement(string from, string to, string target, byte flags) =>
        Discovery(from, to, [136, 0, 0, 0, flags, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes(), .. Option(2, _source)]);

    /// <summary>Any message of neighbour discovery, checksum set, hop limit 255.</summary>
    public FrameBuilder Discovery(string from, string to, byte[] message) => Ip(from, to, IcmpV6, message, 2, finishChecksum: true).Hops(255);

    /// <summary>An ICMP message of either family, checksum set.</summary>
    public FrameBuilder Icmp(string from, string to, byte type, byte code, params byte[] rest)
    {
        byte[] message = [type, code, 0, 0, .. rest];
        if (from.Contains(':', StringComparison.Ordinal))
        {
            return Ip(from, to, IcmpV6, message, 2, finishChecksum: true);
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)~Fold(Sum(message)));
        return Raw(from, to, IcmpV4, message);
    }

    /// <summary>An echo request of either family.</summary>
    public FrameBuilder Echo(string from, string to, byte mark = 7, int data = 8)
    {
        var rest = new byte[4 + data];
        CountUp(rest);
        rest[^1] = mark;
        return Icmp(from, to, from.Contains(':', StringComparison.Ordinal) ? (byte)128 : (byte)8, 0, rest);
    }

    /// <summary>An IP packet of any protocol, no checksum but that of the IPv4 header.</summary>
    public FrameBuilder Raw(string from, string to, byte protocol, byte[] payload)
    {
        byte[] before = [.. payload, 0, 0];
        Ip(from, to, protocol, before, payload.Length, finishChecksum: true);
        byte[] packet = _payload[..^2];
        int at = _etherType == EtherType.IPv4 ? 2 : 4;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at)) - 2));
        _payload = packet;
        return Header(_ => { });
    }

    /// <summary>TTL or hop limit.</summary>
    public FrameBuilder Hops(byte hops) => Header(p => p[_etherType == EtherType.IPv4 ? 8 : 7] = hops);

    /// <summary>The word of IPv4 with DF 0x4000, MF 0x2000, and the offset in units of 8 octets.</summary>
    public FrameBuilder FragmentWord(int word, int identification = 0x1234) => Header(p =>
    {
        BinaryPrimitives.WriteUInt16BigEndian(p.AsSpan(6), (ushort)word);
        BinaryPrimitives.WriteUInt16BigEndian(p.AsSpan(4), (ushort)identification);
    });

    /// <summary>Options behind the IPv4 header, a multiple of 4 octets.</summary>
    public FrameBuilder Options(params byte[] options)
    {
        _payload = [.. _payload.AsSpan(0, 20), .. options, .. _payload[20..]];
        return Header(p =>
        {
            p[0] += (byte)(options.Length / 4);
            BinaryPrimitives.WriteUInt16BigEndian(p.AsSpan(2), (ushort)p.Length);
        });
    }

    /// <summary>Extension headers of 8 octets each behind the IPv6 header, each naming the next.</summary>
    /// <param name="types">0 hop-by-hop, 43 routing, 44 fragment, 60 destination options.</param>
    public FrameBuilder Extensions(params byte[] types)
    {
        byte upper = _payload[6];
        var headers = new byte[types.Length * 8];
        for (int i = 0; i < types.Length; i++)
        {
            byte[] body = types[i] is 0 or 60 ? [1, 4, 0, 0, 0, 0] : [0, 0, 0, 0, 0, 0]; // PadN of 4 octets (RFC 8200, section 4.2)
            byte next = i + 1 < types.Length ? types[i + 1] : upper;
            ((byte[])[next, 0, .. body]).CopyTo(headers, i * 8);
        }

        _payload = [.. _payload[..40], .. headers, .. _payload[40..]];
        return Header(p =>
        {
            p[6] = types.Length > 0 ? types[0] : upper;
            BinaryPrimitives.WriteUInt16BigEndian(p.AsSpan(4), (ushort)(p.Length - 40));
        });
    }

    /// <summary>Changes the packet, then sets the checksum of an IPv4 header, as long as it says it is.</summary>
    public FrameBuilder Header(Action<byte[]> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        byte[] packet = [.. _payload];
        change(packet);
        int length = (packet[0] & 0xF) * 4;
        if (_etherType == EtherType.IPv4 && length is >= 20 && length <= packet.Length)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~Fold(Sum(packet.AsSpan(0, length))));
        }

        _payload = packet;
        return this;
    }

    /// <summary>Octets behind the payload, as Ethernet pads short frames.</summary>
    public FrameBuilder Padding(int octets, byte value = 0)
    {
        _payload = [.. _payload, .. Enumerable.Repeat(value, octets)];
        return this;
    }

    /// <summary>The same without Ethernet header and tags, as a TUN carries it.</summary>
    public byte[] BuildPacket() => [.. _payload];

    private static byte[] Option(byte type, MacAddress address)
    {
        byte[] option = [type, 1, 0, 0, 0, 0, 0, 0];
        address.Write(option.AsSpan(2));
        return option;
    }
}
