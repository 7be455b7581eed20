namespace VSwitch.Captures.Comparing.Fields;

/// <summary>The names of fields and of groups of them that a comparison can ignore.</summary>
public static class ComparedFields
{
    private const FieldFormat Number = FieldFormat.Number;
    private const FieldFormat Hex = FieldFormat.Hex;
    private const FieldFormat Octets = FieldFormat.Octets;

    private static readonly (string Name, FieldFormat Format, string Description)[] s_fields =
    [
        ("eth.dst", FieldFormat.Mac, "destination MAC address"),
        ("eth.src", FieldFormat.Mac, "source MAC address"),
        ("eth.type", Hex, "EtherType, or the length of an IEEE 802.3 frame; of a tagged frame, that behind the tags"),
        ("eth.padding", Octets, "octets behind the packet, their number too"),
        ("vlan.tpid", Hex, "tag protocol identifier of a VLAN tag"),
        ("vlan.priority", Number, "priority code point"),
        ("vlan.dei", Number, "drop eligible indicator"),
        ("vlan.id", Number, "VLAN identifier"),
        ("arp.hw.type", Hex, "hardware type"),
        ("arp.proto.type", Hex, "protocol type"),
        ("arp.hw.size", Number, "length of a hardware address"),
        ("arp.proto.size", Number, "length of a protocol address"),
        ("arp.opcode", Number, "operation"),
        ("arp.src.hw_mac", FieldFormat.Mac, "sender's MAC address"),
        ("arp.src.proto_ipv4", FieldFormat.Address, "sender's IPv4 address"),
        ("arp.dst.hw_mac", FieldFormat.Mac, "target's MAC address"),
        ("arp.dst.proto_ipv4", FieldFormat.Address, "target's IPv4 address"),
        ("ip.version", Number, "version"),
        ("ip.hdr_len", Number, "header length, in words of 4 octets"),
        ("ip.dscp", Number, "differentiated services code point"),
        ("ip.ecn", Number, "explicit congestion notification"),
        ("ip.len", Number, "total length"),
        ("ip.id", Hex, "identification"),
        ("ip.flags", Hex, "flags: DF, MF"),
        ("ip.frag_offset", Number, "fragment offset, in units of 8 octets"),
        ("ip.ttl", Number, "time to live"),
        ("ip.proto", Number, "protocol"),
        ("ip.checksum", Hex, "checksum of the IPv4 header"),
        ("ip.src", FieldFormat.Address, "source address"),
        ("ip.dst", FieldFormat.Address, "destination address"),
        ("ip.options", Octets, "options of the IPv4 header"),
        ("ipv6.version", Number, "version"),
        ("ipv6.dscp", Number, "differentiated services code point"),
        ("ipv6.ecn", Number, "explicit congestion notification"),
        ("ipv6.flow", Hex, "flow label"),
        ("ipv6.plen", Number, "payload length"),
        ("ipv6.nxt", Number, "next header"),
        ("ipv6.hlim", Number, "hop limit"),
        ("ipv6.src", FieldFormat.Address, "source address"),
        ("ipv6.dst", FieldFormat.Address, "destination address"),
        ("ipv6.extensions", Octets, "extension headers: hop-by-hop, routing, destination options"),
        ("tcp.srcport", Number, "source port"),
        ("tcp.dstport", Number, "destination port"),
        ("tcp.seq", Number, "sequence number"),
        ("tcp.ack", Number, "acknowledgment number"),
        ("tcp.hdr_len", Number, "data offset, in words of 4 octets"),
        ("tcp.flags", FieldFormat.TcpFlags, "flags, reserved bits among them"),
        ("tcp.window", Number, "window, not scaled"),
        ("tcp.checksum", Hex, "checksum"),
        ("tcp.urgent_pointer", Number, "urgent pointer"),
        ("tcp.options", Octets, "options that have no name here, and kind and length of all"),
        ("tcp.options.mss", Number, "maximum segment size"),
        ("tcp.options.wscale", Number, "window scale"),
        ("tcp.options.sack", Octets, "blocks of selective acknowledgment"),
        ("tcp.options.timestamp", FieldFormat.Timestamps, "timestamp value and echo reply"),
        ("udp.srcport", Number, "source port"),
        ("udp.dstport", Number, "destination port"),
        ("udp.length", Number, "length"),
        ("udp.checksum", Hex, "checksum"),
        ("icmp.type", Number, "type, of ICMPv6 too"),
        ("icmp.code", Number, "code"),
        ("icmp.checksum", Hex, "checksum"),
        ("icmp.id", Hex, "identifier of an echo"),
        ("icmp.seq", Number, "sequence number of an echo"),
        ("payload", Octets, "what follows the headers; its length counts"),
        ("frame.len", Number, "octets on the wire"),
        ("frame.interface", Number, "interface"),
    ];

    private static readonly (string Name, FrameField[] Members, string Description)[] s_groups =
    [
        ("vlan", [FrameField.VlanProtocol, FrameField.VlanPriority, FrameField.VlanDropEligible, FrameField.VlanId], "VLAN tags: whether there are any, and what they say"),
        ("arp.addresses", [FrameField.ArpSenderMac, FrameField.ArpSenderAddress, FrameField.ArpTargetMac, FrameField.ArpTargetAddress], "the four addresses of ARP"),
        ("checksums", [FrameField.IpChecksum, FrameField.TcpChecksum, FrameField.UdpChecksum, FrameField.IcmpChecksum], "the checksums of IP, TCP, UDP and ICMP"),
        ("time", [FrameField.TcpTimestamp], "timestamps of TCP; times of capture count only where a tolerance is given"),
    ];

    /// <summary>All names: the groups first, then the fields in the order of a frame.</summary>
    public static IReadOnlyList<ComparedField> All { get; } =
    [
        .. s_groups.Select(g => new ComparedField(g.Name, g.Description)),
        .. s_fields.Select(f => new ComparedField(f.Name, f.Description)),
    ];

    /// <summary>Whether it is the name of a field or group, or a range of octets as pcap-filter writes it: <c>frame[14:20]</c>, <c>frame[14]</c>.</summary>
    public static bool IsKnown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return FieldsOf(name) is not null || OctetRange.TryParse(name, out _);
    }

    internal static string NameOf(FrameField field) => s_fields[(int)field].Name;

    internal static FieldFormat FormatOf(FrameField field) => s_fields[(int)field].Format;

    /// <summary>The fields of a name; null for one that is none.</summary>
    internal static FrameField[]? FieldsOf(string name)
    {
        if (Array.FindIndex(s_groups, g => g.Name == name) is >= 0 and int group)
        {
            return s_groups[group].Members;
        }

        int index = Array.FindIndex(s_fields, f => f.Name == name);
        return index < 0 ? null : [(FrameField)index];
    }
}
