using System.Buffers.Binary;
using VSwitch.Captures.Files;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Captures.Conversion;

/// <summary>Makes Ethernet frames of packets of other link types, and says what had to be invented.</summary>
/// <remarks>
/// <para>Stateless: any thread. Nothing is allocated, and nothing that a packet holds throws.</para>
/// <para>Source: the link-layer header types of the Tcpdump Group; RFC 1112, section 6.4 and RFC 2464, section 7 for addresses of groups.</para>
/// </remarks>
public sealed class LinkTypeConverter
{
    /// <summary>Octets that a frame is longer than its packet, at most.</summary>
    public const int MaxGrowth = EthernetHeader.Length;

    private const int FamilyLength = 4;
    private const int SllLength = 16;
    private const int Sll2Length = 20;
    private const int IPv4HeaderLength = 20;
    private const int IPv6HeaderLength = 40;

    /// <summary>A converter that invents addresses of its own choice: 02:00:00:00:00:01 to 02:00:00:00:00:02.</summary>
    public LinkTypeConverter()
        : this(new MacAddress(0x0200_0000_0001), new MacAddress(0x0200_0000_0002))
    {
    }

    /// <summary>A converter that invents these addresses.</summary>
    /// <param name="source">Where packets come from that do not say it.</param>
    /// <param name="destination">Where packets go to that do not say it.</param>
    public LinkTypeConverter(MacAddress source, MacAddress destination)
    {
        Source = source;
        Destination = destination;
    }

    /// <summary>The source address that is put in where none is known.</summary>
    public MacAddress Source { get; }

    /// <summary>The destination address that is put in where none is known.</summary>
    public MacAddress Destination { get; }

    /// <summary>What can be done with a link type.</summary>
    public static LinkTypeUse UseOf(LinkType linkType) => linkType switch
    {
        LinkType.Ethernet => LinkTypeUse.Ethernet,
        LinkType.Raw or LinkType.Raw12 or LinkType.Raw14 or LinkType.IPv4 or LinkType.IPv6 => LinkTypeUse.BareIp,
        LinkType.Null or LinkType.Loop or LinkType.LinuxSll or LinkType.LinuxSll2 => LinkTypeUse.Convertible,
        _ => LinkTypeUse.None,
    };

    /// <summary>Writes a packet as an Ethernet frame; one of Ethernet is copied.</summary>
    /// <param name="linkType">What the packet begins with.</param>
    /// <param name="packet">What was kept of it.</param>
    /// <param name="frame">Where the frame goes: another place in memory.</param>
    public ConversionVerdict Convert(LinkType linkType, ReadOnlySpan<byte> packet, Span<byte> frame) => linkType switch
    {
        LinkType.Ethernet when packet.Length > frame.Length => Refuse(ConversionRefusal.NoRoom),
        LinkType.Ethernet => Copy(packet, frame),
        LinkType.Raw or LinkType.Raw12 or LinkType.Raw14 => ConvertBare(packet, frame),
        LinkType.IPv4 => ConvertIp(packet, 0, EtherType.IPv4, ConversionInventions.None, frame),
        LinkType.IPv6 => ConvertIp(packet, 0, EtherType.IPv6, ConversionInventions.None, frame),
        LinkType.Null or LinkType.Loop => ConvertFamily(packet, frame),
        LinkType.LinuxSll => packet.Length < SllLength ? Refuse(ConversionRefusal.Truncated) : ConvertCooked(
            new CookedHeader(SllLength, Half(packet, 0), Half(packet, 2), Half(packet, 4), Half(packet, 14), AddressAt: 6), packet, frame),
        LinkType.LinuxSll2 => packet.Length < Sll2Length ? Refuse(ConversionRefusal.Truncated) : ConvertCooked(
            new CookedHeader(Sll2Length, packet[10], Half(packet, 8), packet[11], Half(packet, 0), AddressAt: 12), packet, frame),
        _ => Refuse(ConversionRefusal.LinkType),
    };

    private static ConversionVerdict Copy(ReadOnlySpan<byte> packet, Span<byte> frame)
    {
        packet.CopyTo(frame);
        return new(packet.Length, 0, ConversionInventions.None, ConversionRefusal.None);
    }

    private ConversionVerdict ConvertBare(ReadOnlySpan<byte> packet, Span<byte> frame) =>
        packet.IsEmpty ? Refuse(ConversionRefusal.Truncated)
        : (packet[0] >> 4) switch
        {
            4 => ConvertIp(packet, 0, EtherType.IPv4, ConversionInventions.EtherType, frame),
            6 => ConvertIp(packet, 0, EtherType.IPv6, ConversionInventions.EtherType, frame),
            _ => Refuse(ConversionRefusal.NotIp),
        };

    /// <summary>The family stands in the byte order of the machine that captured, which nothing says; each has its own number for IPv6.</summary>
    private ConversionVerdict ConvertFamily(ReadOnlySpan<byte> packet, Span<byte> frame)
    {
        if (packet.Length < FamilyLength)
        {
            return Refuse(ConversionRefusal.Truncated);
        }

        uint family = BinaryPrimitives.ReadUInt32LittleEndian(packet);
        family = family > ushort.MaxValue ? BinaryPrimitives.ReverseEndianness(family) : family;
        const uint inet = 2, linux6 = 10, bsd6 = 24, freeBsd6 = 28, darwin6 = 30;
        return family switch
        {
            inet => ConvertIp(packet, FamilyLength, EtherType.IPv4, ConversionInventions.None, frame),
            linux6 or bsd6 or freeBsd6 or darwin6 => ConvertIp(packet, FamilyLength, EtherType.IPv6, ConversionInventions.None, frame),
            _ => Refuse(ConversionRefusal.NotIp),
        };
    }

    private ConversionVerdict ConvertIp(ReadOnlySpan<byte> packet, int header, EtherType type, ConversionInventions inventions, Span<byte> frame)
    {
        MacAddress group = GroupOf(type, packet[header..]);
        inventions |= ConversionInventions.Source | (group.IsZero ? ConversionInventions.Destination : 0);
        return Write(group.IsZero ? Destination : group, Source, (ushort)type, packet[header..], header, inventions, frame);
    }

    private ConversionVerdict ConvertCooked(CookedHeader header, ReadOnlySpan<byte> packet, Span<byte> frame)
    {
        ReadOnlySpan<byte> payload = packet[header.Length..];
        var type = (EtherType)header.Protocol;
        if (!header.IsLikeEthernet && !(header.HasBareIp && type is EtherType.IPv4 or EtherType.IPv6))
        {
            return Refuse(ConversionRefusal.Hardware);
        }

        ConversionInventions inventions = ConversionInventions.None;
        ushort field = header.Protocol;
        if (header.IsLengthFrame && payload.Length <= CookedHeader.MaxLengthField)
        {
            field = (ushort)payload.Length;
            inventions |= ConversionInventions.Length;
        }
        else if (field < CookedHeader.MinEtherType)
        {
            return Refuse(ConversionRefusal.Protocol);
        }

        MacAddress source = Source;
        if (header.AddressLength == MacAddress.Length && header.IsLikeEthernet)
        {
            source = MacAddress.Read(packet[header.AddressAt..]);
        }
        else
        {
            inventions |= ConversionInventions.Source;
        }

        MacAddress destination = header.IsBroadcast ? MacAddress.Broadcast : GroupOf(type, payload);
        if (destination.IsZero)
        {
            destination = Destination;
            inventions |= ConversionInventions.Destination;
        }

        return Write(destination, source, field, payload, header.Length, inventions, frame);
    }

    /// <summary>Where a packet to a group or to all goes; zero for any other.</summary>
    private static MacAddress GroupOf(EtherType type, ReadOnlySpan<byte> packet)
    {
        const ulong ip4Groups = 0x0100_5E00_0000, ip6Groups = 0x3333_0000_0000;
        if (type == EtherType.IPv4 && packet.Length >= IPv4HeaderLength)
        {
            uint destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
            return destination == uint.MaxValue ? MacAddress.Broadcast
                : destination >> 28 == 0xE ? new(ip4Groups | (destination & 0x7F_FFFF))
                : default;
        }

        return type == EtherType.IPv6 && packet.Length >= IPv6HeaderLength && packet[24] == 0xFF
            ? new(ip6Groups | BinaryPrimitives.ReadUInt32BigEndian(packet[36..]))
            : default;
    }

    private static ConversionVerdict Write(
        MacAddress destination, MacAddress source, ushort type, ReadOnlySpan<byte> payload, int header, ConversionInventions inventions, Span<byte> frame)
    {
        int length = EthernetHeader.Length + payload.Length;
        if (frame.Length < length)
        {
            return Refuse(ConversionRefusal.NoRoom);
        }

        destination.Write(frame);
        source.Write(frame[MacAddress.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(2 * MacAddress.Length)..], type);
        payload.CopyTo(frame[EthernetHeader.Length..]);
        return new(length, header, inventions, ConversionRefusal.None);
    }

    private static ConversionVerdict Refuse(ConversionRefusal refusal) => new(0, 0, ConversionInventions.None, refusal);

    private static ushort Half(ReadOnlySpan<byte> octets, int at) => BinaryPrimitives.ReadUInt16BigEndian(octets[at..]);
}
