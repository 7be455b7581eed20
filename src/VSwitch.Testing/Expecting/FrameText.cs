using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Testing.Expecting;

/// <summary>Says in one line what a frame is, much as tcpdump would. It never fails: what it does not understand, it leaves out.</summary>
internal static class FrameText
{
    private const int MaxTags = 3;
    private const int Fragmented = 0x3FFF; // MF and the offset

    internal static string Of(ReadOnlySpan<byte> frame, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        var text = new StringBuilder();
        if (linkLayer == LinkLayer.Ip)
        {
            Append(text, frame, frame.Length > 0 && frame[0] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4);
        }
        else if (EthernetHeader.TryRead(frame, out EthernetHeader header))
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Source} > {header.Destination}, ");
            EtherType type = header.EtherType;
            int at = EthernetHeader.Length;
            for (int tags = 0; tags < MaxTags && VlanTag.IsTag(type) && VlanTag.TryRead(frame[(at - sizeof(EtherType))..], out VlanTag tag); tags++)
            {
                text.Append(CultureInfo.InvariantCulture, $"vlan {tag.Vlan}{(tag.Priority > 0 ? $" p {tag.Priority}" : "")}, ");
                type = tag.EtherType;
                at += VlanTag.Length;
            }

            Append(text, frame[at..], type);
        }

        return text.Append(CultureInfo.InvariantCulture, $"{frame.Length} octets").ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> payload, EtherType type)
    {
        bool isKnown = type switch
        {
            EtherType.Arp => TryArp(text, payload),
            EtherType.IPv4 => TryIPv4(text, payload),
            EtherType.IPv6 => TryIPv6(text, payload),
            _ => false,
        };
        if (!isKnown)
        {
            text.Append((int)type < 1536 ? "802.3, " : string.Create(CultureInfo.InvariantCulture, $"type 0x{(int)type:x4}, "));
        }
    }

    private static bool TryArp(StringBuilder text, ReadOnlySpan<byte> message)
    {
        if (message.Length < 28)
        {
            return false;
        }

        (IPAddress sender, IPAddress target) = (new(message.Slice(14, 4)), new(message.Slice(24, 4)));
        text.Append(message[7] switch
        {
            1 => $"arp who-has {target} tell {sender}, ",
            2 => $"arp {sender} is-at {Identifiers.MacAddress.Read(message[8..])}, ",
            _ => $"arp operation {message[7]}, ",
        });
        return true;
    }

    private static bool TryIPv4(StringBuilder text, ReadOnlySpan<byte> packet)
    {
        int length = packet.Length > 0 ? (packet[0] & 0xF) * 4 : 0;
        if (length < 20 || length > packet.Length || packet[0] >> 4 != 4)
        {
            return false;
        }

        int fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & Fragmented;
        int total = Math.Clamp(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), length, packet.Length);
        Upper(text, new IPAddress(packet.Slice(12, 4)), new IPAddress(packet.Slice(16, 4)), packet[9], fragment == 0 ? packet[length..total] : []);
        return true;
    }

    private static bool TryIPv6(StringBuilder text, ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 40)
        {
            return false;
        }

        int total = Math.Min(40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]), packet.Length);
        Upper(text, new IPAddress(packet.Slice(8, 16)), new IPAddress(packet.Slice(24, 16)), packet[6], packet[40..total]);
        return true;
    }

    private static void Upper(StringBuilder text, IPAddress from, IPAddress to, byte protocol, ReadOnlySpan<byte> segment)
    {
        bool hasPorts = (protocol == 17 && segment.Length >= 8) || (protocol == 6 && segment.Length >= 20);
        text.Append(hasPorts
            ? string.Create(CultureInfo.InvariantCulture, $"{from}.{BinaryPrimitives.ReadUInt16BigEndian(segment)} > {to}.{BinaryPrimitives.ReadUInt16BigEndian(segment[2..])}: ")
            : $"{from} > {to}: ");
        text.Append(protocol switch
        {
            6 when hasPorts => Tcp(segment),
            17 => "udp, ",
            6 => "tcp, ",
            1 => $"icmp{Icmp(segment, request: 8, reply: 0)}, ",
            58 => $"icmp6{Icmp(segment, request: 128, reply: 129)}, ",
            _ => $"protocol {protocol}, ",
        });
    }

    private static string Tcp(ReadOnlySpan<byte> segment)
    {
        var flags = (TcpFlags)segment[13];
        string letters = string.Concat(
            new[] { (TcpFlags.Syn, "S"), (TcpFlags.Fin, "F"), (TcpFlags.Rst, "R"), (TcpFlags.Psh, "P"), (TcpFlags.Ack, ".") }.Where(f => (flags & f.Item1) != 0).Select(f => f.Item2));
        return string.Create(CultureInfo.InvariantCulture, $"tcp [{letters}] seq {BinaryPrimitives.ReadUInt32BigEndian(segment[4..])}, ");
    }

    private static string Icmp(ReadOnlySpan<byte> message, int request, int reply) =>
        message.Length < 8 ? ""
        : message[0] == request ? string.Create(CultureInfo.InvariantCulture, $" echo request seq {BinaryPrimitives.ReadUInt16BigEndian(message[6..])}")
        : message[0] == reply ? string.Create(CultureInfo.InvariantCulture, $" echo reply seq {BinaryPrimitives.ReadUInt16BigEndian(message[6..])}")
        : string.Create(CultureInfo.InvariantCulture, $" type {message[0]} code {message[1]}");
}
