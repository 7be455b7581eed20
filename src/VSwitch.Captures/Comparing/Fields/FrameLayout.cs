using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VSwitch.Captures.Files;
using VSwitch.Wire;

namespace VSwitch.Captures.Comparing.Fields;

/// <summary>Which field stands where in a frame: every octet belongs to one, in order. It is made again for each frame, and allocates nothing for it.</summary>
/// <remarks>VLAN tags are seen through, up to <see cref="MaxTags"/>. What is cut or lies is payload from there on.</remarks>
internal sealed partial class FrameLayout
{
    private const int MaxTags = 8;
    private const int MinEtherType = 0x600; // below, the field is a length (IEEE Std 802.3, clause 3.2.6)
    private const ulong ArpOfIPv4 = 0x0001_0800_0604;
    private const int ArpLength = 28;

    private readonly List<FieldSlice> _slices = [];

    internal ReadOnlySpan<FieldSlice> Slices => CollectionsMarshal.AsSpan(_slices);

    /// <summary>Octets of tags.</summary>
    internal int TagOctets { get; private set; }

    /// <summary>Where the packet ends by its own words, and padding begins; may be behind what was captured. <see cref="int.MaxValue"/> when nothing is said.</summary>
    internal int ContentEnd { get; private set; }

    /// <summary>Where what is neither header nor option begins.</summary>
    internal int PayloadStart { get; private set; }

    /// <summary>Where the IP header begins; negative without.</summary>
    internal int NetworkStart { get; private set; }

    /// <summary>Whether the IP header is of version 6.</summary>
    internal bool IsIPv6 { get; private set; }

    /// <summary>What follows the headers of IP.</summary>
    internal IpProtocol Protocol { get; private set; }

    /// <summary>Where the header of TCP or UDP begins, its ports whole; negative without.</summary>
    internal int PortsStart { get; private set; }

    /// <summary>Where a whole header of TCP begins; negative without.</summary>
    internal int TcpStart { get; private set; }

    /// <summary>The last type of an Ethernet header; null of anything else.</summary>
    internal EtherType? Type { get; private set; }

    /// <summary>Bare IP is bare IP, under whichever number.</summary>
    internal static LinkType Plain(LinkType type) => type is LinkType.Raw12 or LinkType.Raw14 or LinkType.IPv4 or LinkType.IPv6 ? LinkType.Raw : type;

    internal void Read(LinkType link, ReadOnlySpan<byte> frame)
    {
        _slices.Clear();
        (TagOctets, ContentEnd, IsIPv6, Protocol, Type) = (0, int.MaxValue, false, default, null);
        NetworkStart = PortsStart = TcpStart = -1;
        int payload = Plain(link) switch
        {
            LinkType.Ethernet => ReadEthernet(frame),
            LinkType.Raw => ReadNetwork(frame, 0, !frame.IsEmpty && frame[0] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4),
            _ => 0,
        };

        PayloadStart = Math.Min(payload, frame.Length);
        int end = Math.Max(PayloadStart, Math.Min(ContentEnd, frame.Length));
        AddOctets(FrameField.Payload, PayloadStart, end - PayloadStart);
        AddOctets(FrameField.EthPadding, end, frame.Length - end);
    }

    private int ReadEthernet(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryRead(frame, out EthernetHeader header))
        {
            return 0;
        }

        AddOctets(FrameField.EthDestination, 0, 6);
        AddOctets(FrameField.EthSource, 6, 6);
        int at = 12;
        EtherType type = header.EtherType;
        while (VlanTag.IsTag(type) && TagOctets < MaxTags * VlanTag.Length && VlanTag.TryRead(frame[at..], out VlanTag tag))
        {
            Add(FrameField.VlanProtocol, at, 0, 16);
            Add(FrameField.VlanPriority, at + 2, 0, 3);
            Add(FrameField.VlanDropEligible, at + 2, 3, 1);
            Add(FrameField.VlanId, at + 2, 4, 12);
            at += VlanTag.Length;
            TagOctets += VlanTag.Length;
            type = tag.EtherType;
        }

        AddOctets(FrameField.EthType, at, 2);
        at += 2;
        Type = type;
        if ((int)type < MinEtherType)
        {
            ContentEnd = at + (int)type;
        }

        return ReadNetwork(frame, at, type);
    }

    /// <returns>Where the payload begins.</returns>
    private int ReadNetwork(ReadOnlySpan<byte> frame, int at, EtherType type)
    {
        ReadOnlySpan<byte> packet = frame[at..];
        return type switch
        {
            EtherType.IPv4 when IPv4Header.TryRead(packet, out IPv4Header v4) => ReadIPv4(frame, at, in v4),
            EtherType.IPv6 when IPv6Header.TryRead(packet, out IPv6Header v6) => ReadIPv6(frame, at, in v6),
            EtherType.Arp when packet.Length >= ArpLength && BinaryPrimitives.ReadUInt64BigEndian(packet) >> 16 == ArpOfIPv4 => ReadArp(at),
            _ => at,
        };
    }

    private int ReadArp(int at)
    {
        AddOctets(FrameField.ArpHardware, at, 2);
        AddOctets(FrameField.ArpProtocol, at + 2, 2);
        AddOctets(FrameField.ArpHardwareSize, at + 4, 1);
        AddOctets(FrameField.ArpProtocolSize, at + 5, 1);
        AddOctets(FrameField.ArpOperation, at + 6, 2);
        AddOctets(FrameField.ArpSenderMac, at + 8, 6);
        AddOctets(FrameField.ArpSenderAddress, at + 14, 4);
        AddOctets(FrameField.ArpTargetMac, at + 18, 6);
        AddOctets(FrameField.ArpTargetAddress, at + 24, 4);
        return ContentEnd = at + ArpLength;
    }

    private int ReadIPv4(ReadOnlySpan<byte> frame, int at, in IPv4Header ip)
    {
        NetworkStart = at;
        Protocol = ip.Protocol;
        Add(FrameField.IpVersion, at, 0, 4);
        Add(FrameField.IpHeaderLength, at, 4, 4);
        Add(FrameField.IpDscp, at + 1, 0, 6);
        Add(FrameField.IpEcn, at + 1, 6, 2);
        AddOctets(FrameField.IpLength, at + 2, 2);
        AddOctets(FrameField.IpId, at + 4, 2);
        Add(FrameField.IpFlags, at + 6, 0, 3);
        Add(FrameField.IpFragmentOffset, at + 6, 3, 13);
        AddOctets(FrameField.IpTtl, at + 8, 1);
        AddOctets(FrameField.IpProtocol, at + 9, 1);
        AddOctets(FrameField.IpChecksum, at + 10, 2);
        AddOctets(FrameField.IpSource, at + 12, 4);
        AddOctets(FrameField.IpDestination, at + 16, 4);
        AddOctets(FrameField.IpOptions, at + IPv4Header.MinLength, ip.HeaderLength - IPv4Header.MinLength);
        int start = at + ip.HeaderLength;
        if (ip.TotalLength >= ip.HeaderLength)
        {
            ContentEnd = at + ip.TotalLength; // 0 of a packet that the card is still to cut: nothing is said
        }

        return ip.FragmentOffset == 0 ? ReadTransport(frame, start) : start;
    }

    private int ReadIPv6(ReadOnlySpan<byte> frame, int at, in IPv6Header ip)
    {
        NetworkStart = at;
        IsIPv6 = true;
        Protocol = ip.NextHeader;
        Add(FrameField.IPv6Version, at, 0, 4);
        Add(FrameField.IPv6Dscp, at, 4, 6);
        Add(FrameField.IPv6Ecn, at, 10, 2);
        Add(FrameField.IPv6Flow, at, 12, 20);
        AddOctets(FrameField.IPv6PayloadLength, at + 4, 2);
        AddOctets(FrameField.IPv6NextHeader, at + 6, 1);
        AddOctets(FrameField.IPv6HopLimit, at + 7, 1);
        AddOctets(FrameField.IPv6Source, at + 8, 16);
        AddOctets(FrameField.IPv6Destination, at + 24, 16);
        if (ip.PayloadLength != 0 || ip.NextHeader == IpProtocol.NoNextHeader)
        {
            ContentEnd = at + IPv6Header.Length + ip.PayloadLength;
        }

        int start = at + IPv6Header.Length;
        if (!ip.TryFindUpperLayer(out IpProtocol upper, out int offset) || at + offset > ContentEnd)
        {
            return start;
        }

        Protocol = upper;
        AddOctets(FrameField.IPv6Extensions, start, at + offset - start);
        return ReadTransport(frame, at + offset);
    }

    private void AddOctets(FrameField field, int octet, int octets)
    {
        if (octets > 0)
        {
            _slices.Add(new FieldSlice(field, octet * 8, octets * 8));
        }
    }

    private void Add(FrameField field, int octet, int bit, int bits) => _slices.Add(new FieldSlice(field, (octet * 8) + bit, bits));
}
