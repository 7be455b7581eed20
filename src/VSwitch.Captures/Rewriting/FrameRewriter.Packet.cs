using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <content>Layers 3 and 4: single fields, ports, addresses.</content>
public sealed partial class FrameRewriter
{
    private const uint MaxFlowLabel = 0xF_FFFF;
    private const int TypeOfServiceOffset = 1;
    private const int TtlOffset = 8, HopLimitOffset = 7;
    private const int IPv4AddressesOffset = 12, IPv4AddressLength = 4, IPv6AddressLength = 16;
    private const int ArpSenderOffset = 14, ArpTargetOffset = 24;
    private const int PortLength = 2;

    private void EditPacket(Span<byte> frame, in PacketLayout layout, RewriteSide side, uint loop)
    {
        switch (layout.Kind)
        {
            case PacketKind.IPv4:
                EditIPv4Fields(frame, layout);
                EditPorts(frame, layout);
                EditIPv4Addresses(frame, layout, side, loop);
                break;
            case PacketKind.IPv6:
                EditIPv6Fields(frame[layout.PacketOffset..]);
                EditPorts(frame, layout);
                EditIPv6Addresses(frame, layout, side, loop);
                break;
            case PacketKind.Arp when !_addresses.IsIdle:
                EditArp(frame[layout.PacketOffset..], side, loop);
                break;
            default:
                break;
        }
    }

    private void EditIPv4Fields(Span<byte> frame, in PacketLayout layout)
    {
        Span<byte> packet = frame[layout.PacketOffset..];
        if (_options.TypeOfService is { } tos)
        {
            SetOctet(frame, layout.PacketOffset, TypeOfServiceOffset, tos);
        }

        if (_options.Ttl is { } ttl)
        {
            SetOctet(frame, layout.PacketOffset, TtlOffset, ttl.Apply(packet[TtlOffset]));
        }
    }

    // An octet of the IPv4 header, and the header's checksum.
    private static void SetOctet(Span<byte> frame, int packetOffset, int offset, byte value)
    {
        Span<byte> word = frame.Slice(packetOffset + (offset & ~1), sizeof(ushort));
        ushort old = BinaryPrimitives.ReadUInt16BigEndian(word);
        word[offset & 1] = value;
        ChecksumUpdate.Replace(frame, packetOffset + IPv4Header.ChecksumOffset, old, BinaryPrimitives.ReadUInt16BigEndian(word));
    }

    // No checksum covers these.
    private void EditIPv6Fields(Span<byte> packet)
    {
        uint word = BinaryPrimitives.ReadUInt32BigEndian(packet);
        word = _options.TrafficClass is { } trafficClass ? (word & 0xF00F_FFFF) | ((uint)trafficClass << 20) : word;
        word = _options.FlowLabel is { } label ? (word & ~MaxFlowLabel) | label : word;
        BinaryPrimitives.WriteUInt32BigEndian(packet, word);
        if (_options.Ttl is { } hops)
        {
            packet[HopLimitOffset] = hops.Apply(packet[HopLimitOffset]);
        }
    }

    private void EditPorts(Span<byte> frame, in PacketLayout layout)
    {
        if (_ports.Length > 0 && layout.HasPorts)
        {
            EditPort(frame, layout, layout.SegmentOffset);
            EditPort(frame, layout, layout.SegmentOffset + PortLength);
        }
    }

    private void EditPort(Span<byte> frame, in PacketLayout layout, int offset)
    {
        Span<byte> field = frame.Slice(offset, PortLength);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(field);
        foreach (PortMap map in _ports)
        {
            if (port >= map.First && port <= map.Last)
            {
                BinaryPrimitives.WriteUInt16BigEndian(field, map.To);
                ChecksumUpdate.Replace(frame, layout.SegmentChecksumOffset, port, map.To, layout.Protocol == IpProtocol.Udp);
                return;
            }
        }
    }

    private void EditIPv4Addresses(Span<byte> frame, in PacketLayout layout, RewriteSide side, uint loop)
    {
        if (_addresses.IsIdle)
        {
            return;
        }

        int at = layout.PacketOffset + IPv4AddressesOffset;
        uint source = BinaryPrimitives.ReadUInt32BigEndian(frame[at..]);
        uint destination = BinaryPrimitives.ReadUInt32BigEndian(frame[(at + IPv4AddressLength)..]);
        (uint newSource, uint newDestination) = _addresses.Change(source, destination, side, loop, isArp: false);
        Span<byte> octets = stackalloc byte[IPv4AddressLength];
        BinaryPrimitives.WriteUInt32BigEndian(octets, newSource);
        SetAddress(frame, layout, at, octets, layout.SourceElsewhere);
        BinaryPrimitives.WriteUInt32BigEndian(octets, newDestination);
        SetAddress(frame, layout, at + IPv4AddressLength, octets, layout.DestinationElsewhere);
    }

    private void EditIPv6Addresses(Span<byte> frame, in PacketLayout layout, RewriteSide side, uint loop)
    {
        if (_addresses.IsIdle)
        {
            return;
        }

        int at = layout.PacketOffset + IPv6Header.AddressesOffset;
        UInt128 source = BinaryPrimitives.ReadUInt128BigEndian(frame[at..]);
        UInt128 destination = BinaryPrimitives.ReadUInt128BigEndian(frame[(at + IPv6AddressLength)..]);
        (UInt128 newSource, UInt128 newDestination) = _addresses.Change(source, destination, side, loop);
        Span<byte> octets = stackalloc byte[IPv6AddressLength];
        BinaryPrimitives.WriteUInt128BigEndian(octets, newSource);
        SetAddress(frame, layout, at, octets, layout.SourceElsewhere);
        BinaryPrimitives.WriteUInt128BigEndian(octets, newDestination);
        SetAddress(frame, layout, at + IPv6AddressLength, octets, layout.DestinationElsewhere);
    }

    private static void SetAddress(Span<byte> frame, in PacketLayout layout, int offset, ReadOnlySpan<byte> address, bool isElsewhere)
    {
        Span<byte> field = frame.Slice(offset, address.Length);
        (ushort old, ushort now) = (InternetChecksum.Sum(field), InternetChecksum.Sum(address));
        address.CopyTo(field);
        ChecksumUpdate.Replace(frame, layout.HeaderChecksumOffset, old, now);
        ChecksumUpdate.Replace(frame, isElsewhere ? -1 : layout.SegmentChecksumOffset, old, now, layout.Protocol == IpProtocol.Udp);
    }

    private void EditArp(Span<byte> message, RewriteSide side, uint loop)
    {
        uint sender = BinaryPrimitives.ReadUInt32BigEndian(message[ArpSenderOffset..]);
        uint target = BinaryPrimitives.ReadUInt32BigEndian(message[ArpTargetOffset..]);
        (uint newSender, uint newTarget) = _addresses.Change(sender, target, side, loop, isArp: true);
        BinaryPrimitives.WriteUInt32BigEndian(message[ArpSenderOffset..], newSender);
        BinaryPrimitives.WriteUInt32BigEndian(message[ArpTargetOffset..], newTarget);
    }
}
