using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <summary>Where what stands in a frame, behind any number of VLAN tags. Checked once: every offset that is not -1 is inside the frame.</summary>
internal struct PacketLayout
{
    private const int ArpLength = 28;
    private const int MinUnit = 8;            // extension headers come in units of 8 octets
    private const byte HomeAddressOption = 0xC9; // RFC 6275, section 6.3
    private const byte LooseSourceRoute = 131, StrictSourceRoute = 137; // RFC 791, section 3.1

    /// <summary>What the frame carries.</summary>
    internal PacketKind Kind;

    /// <summary>Octets of layer 2: where the packet begins.</summary>
    internal int PacketOffset;

    /// <summary>Where the header says that the packet ends; may be behind the frame.</summary>
    internal int ClaimedEnd;

    /// <summary>Where the octets of the packet end that are there.</summary>
    internal int End;

    /// <summary>Where the header of layer 4 begins; -1 in later fragments, and where it can't be found.</summary>
    internal int SegmentOffset;

    /// <summary>Whether the datagram is in several packets: no checksum of layer 4 can be computed.</summary>
    internal bool IsFragment;

    /// <summary>The checksum of layer 4 covers another source than that of the IP header.</summary>
    internal bool SourceElsewhere;

    /// <summary>The checksum of layer 4 covers another destination than that of the IP header.</summary>
    internal bool DestinationElsewhere;

    /// <summary>What layer 4 is.</summary>
    internal IpProtocol Protocol;

    /// <summary>Octets of the IP header and of what stands between it and layer 4.</summary>
    internal int HeaderLength;

    internal readonly bool IsIp => Kind is PacketKind.IPv4 or PacketKind.IPv6;

    /// <summary>The claim is for more than is there.</summary>
    internal readonly bool IsCut => IsIp && ClaimedEnd > End;

    /// <summary>Where the IPv4 header has its checksum; -1 elsewhere.</summary>
    internal readonly int HeaderChecksumOffset => Kind == PacketKind.IPv4 ? PacketOffset + IPv4Header.ChecksumOffset : -1;

    /// <summary>Where the checksum of layer 4 stands that covers the addresses; -1 without one, or where it is cut.</summary>
    internal readonly int SegmentChecksumOffset
    {
        get
        {
            int at = SegmentOffset < 0 ? -1 : OffsetOfChecksum(Protocol, Kind == PacketKind.IPv6);
            return at < 0 || SegmentOffset + at + sizeof(ushort) > End ? -1 : SegmentOffset + at;
        }
    }

    /// <summary>TCP or UDP, its header whole.</summary>
    internal readonly bool HasPorts => SegmentOffset >= 0
        && End - SegmentOffset >= (Protocol == IpProtocol.Tcp ? 20 : 8) && Protocol is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary>Reads the headers of a frame.</summary>
    /// <param name="frame">At least an Ethernet header.</param>
    internal static PacketLayout Read(ReadOnlySpan<byte> frame)
    {
        var layout = new PacketLayout { SegmentOffset = -1 };
        int at = EthernetHeader.AddressOctets;
        EtherType type = TypeAt(frame, at);
        while (VlanTag.IsTag(type) && frame.Length - at >= VlanTag.Length + sizeof(ushort))
        {
            at += VlanTag.Length;
            type = TypeAt(frame, at);
        }

        layout.PacketOffset = layout.End = layout.ClaimedEnd = at + sizeof(ushort);
        ReadOnlySpan<byte> packet = frame[layout.PacketOffset..];
        layout.Kind = VlanTag.IsTag(type) ? PacketKind.Broken : type switch
        {
            EtherType.IPv4 => layout.ReadIPv4(packet) ? PacketKind.IPv4 : PacketKind.Broken,
            EtherType.IPv6 => layout.ReadIPv6(packet) ? PacketKind.IPv6 : PacketKind.Broken,
            EtherType.Arp => IsArp(packet) ? PacketKind.Arp : packet.Length < ArpLength ? PacketKind.Broken : PacketKind.Other,
            _ => PacketKind.Other,
        };
        return layout;
    }

    // Which protocols protect the addresses, and where. IPv6: RFC 8200, section 8.1, and the protocols' own documents.
    private static int OffsetOfChecksum(IpProtocol protocol, bool isIPv6) => protocol switch
    {
        IpProtocol.Tcp => 16,
        IpProtocol.Udp or (IpProtocol)33 => 6, // 33: DCCP (RFC 4340, section 5.1)
        (IpProtocol)136 => 6,                  // UDP-Lite (RFC 3828)
        IpProtocol.IcmpV6 when isIPv6 => 2,
        (IpProtocol)135 when isIPv6 => 4,      // Mobility header (RFC 6275, section 6.1.1)
        (IpProtocol)89 when isIPv6 => 12,      // OSPFv3 (RFC 5340, appendix A.3.1)
        _ => -1,
    };

    private static EtherType TypeAt(ReadOnlySpan<byte> frame, int at) => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);

    // RFC 826: Ethernet (1), IPv4, addresses of 6 and of 4 octets.
    private static bool IsArp(ReadOnlySpan<byte> packet) =>
        packet.Length >= ArpLength && BinaryPrimitives.ReadUInt64BigEndian(packet) >> 16 == 0x0001_0800_0604;

    private bool ReadIPv4(ReadOnlySpan<byte> packet)
    {
        if (!IPv4Header.TryRead(packet, out IPv4Header header))
        {
            return false;
        }

        // Super-packets of a sender's own stack are captured with a length of 0.
        SetEnd(packet.Length, header.TotalLength == 0 ? packet.Length : Math.Max(header.TotalLength, header.HeaderLength));
        HeaderLength = header.HeaderLength;
        Protocol = header.Protocol;
        IsFragment = header.IsFragment;
        DestinationElsewhere = IsSourceRouted(packet[IPv4Header.MinLength..header.HeaderLength]);
        SegmentOffset = header.FragmentOffset == 0 ? PacketOffset + HeaderLength : -1;
        return true;
    }

    private bool ReadIPv6(ReadOnlySpan<byte> packet)
    {
        if (!IPv6Header.TryRead(packet, out IPv6Header header))
        {
            return false;
        }

        bool isJumbo = header.PayloadLength == 0 && header.NextHeader != IpProtocol.NoNextHeader;
        SetEnd(packet.Length, isJumbo ? packet.Length : IPv6Header.Length + header.PayloadLength);
        (Protocol, HeaderLength) = (header.NextHeader, IPv6Header.Length);
        WalkExtensions(packet[..(End - PacketOffset)]);
        return true;
    }

    private void SetEnd(int captured, int claimed) => (ClaimedEnd, End) = (PacketOffset + claimed, PacketOffset + Math.Min(claimed, captured));

    private void WalkExtensions(ReadOnlySpan<byte> packet)
    {
        for (int walked = 0; walked <= IPv6Header.MaxExtensionHeaders; walked++)
        {
            if (Protocol is not (IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment or IpProtocol.Authentication))
            {
                SegmentOffset = HeaderLength <= packet.Length ? PacketOffset + HeaderLength : -1;
                return;
            }

            if (packet.Length - HeaderLength < MinUnit)
            {
                return;
            }

            ReadOnlySpan<byte> extension = packet[HeaderLength..];
            int length = Protocol switch
            {
                IpProtocol.Fragment => MinUnit,
                IpProtocol.Authentication => (extension[1] + 2) * 4, // RFC 4302, section 2.2
                _ => (extension[1] + 1) * MinUnit,
            };
            if (length > extension.Length || !TakeExtension(extension[..length]))
            {
                return;
            }

            (Protocol, HeaderLength) = ((IpProtocol)extension[0], HeaderLength + length);
        }
    }

    // False for a later fragment: what follows is no header.
    private bool TakeExtension(ReadOnlySpan<byte> extension)
    {
        switch (Protocol)
        {
            case IpProtocol.Fragment:
                int word = BinaryPrimitives.ReadUInt16BigEndian(extension[2..]);
                IsFragment = (word & 0xFFF9) != 0; // offset and "more"; neither in an atomic fragment (RFC 6946)
                return word >> 3 == 0;
            case IpProtocol.Routing:
                DestinationElsewhere |= extension[3] != 0; // segments left: the checksum covers the last of them
                return true;
            case IpProtocol.DestinationOptions:
                SourceElsewhere |= HasHomeAddress(extension[2..]);
                return true;
            default:
                return true;
        }
    }

    private static bool HasHomeAddress(ReadOnlySpan<byte> options)
    {
        while (options.Length > 0 && options[0] != HomeAddressOption)
        {
            int length = options[0] == 0 ? 1 : options.Length < 2 ? options.Length : options[1] + 2; // Pad1 has no length
            options = options[Math.Min(length, options.Length)..];
        }

        return options.Length > 0;
    }

    private static bool IsSourceRouted(ReadOnlySpan<byte> options)
    {
        while (options.Length > 2 && options[0] != 0)
        {
            if (options[0] is LooseSourceRoute or StrictSourceRoute)
            {
                return options[2] <= options[1]; // the pointer is behind the end where the route is done
            }

            int length = options[0] == 1 ? 1 : Math.Max((int)options[1], 2);
            options = options[Math.Min(length, options.Length)..];
        }

        return false;
    }
}
