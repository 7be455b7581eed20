using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <summary>Cuts frames whose packet is longer than an MTU into fragments: IPv4 as routers do, IPv6 as senders do, with a fragment header.</summary>
/// <remarks>
/// A packet stays whole that says "don't fragment" (IPv4), is an IPv6 fragment already, has broken headers, or is not all there. After the constructor nothing is
/// allocated. Owned by one thread at a time. Sources: RFC 791, section 3.2; RFC 8200, section 4.5.
/// </remarks>
public sealed class FrameFragmenter
{
    private const int FragmentHeader = 8, Unit = 8;
    private const int MoreFragments = 1;

    private readonly int _mtu;
    private readonly IPv4Fragmenter _v4 = new();
    private readonly FrameBatch _packet = new(1), _fragments = new(1);
    private uint _identification;
    private Family _family;
    private int _prefix;     // octets in front of the fragment header: of layer 2, and what every fragment repeats
    private int _nextHeader; // where the next header stands that announces the fragment header
    private int _packetOffset, _end, _position;

    /// <param name="mtuOctets">Octets of packet that a frame may have, layer 2 not counted: at least 68, for IPv6 1280.</param>
    public FrameFragmenter(int mtuOctets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mtuOctets, IPv4Fragmenter.MinMtu);
        _mtu = mtuOctets;
    }

    private enum Family
    {
        None,
        IPv4,
        IPv6,
    }

    /// <summary>The least MTU that IPv6 packets are cut for (RFC 8200, section 5).</summary>
    public const int MinIPv6Mtu = 1280;

    /// <summary>Packets that were longer than the MTU, and stayed whole.</summary>
    public long Whole { get; private set; }

    /// <summary>Takes up a frame.</summary>
    /// <param name="frame">An Ethernet frame; its octets are copied.</param>
    /// <param name="isWhole">The capture has all of it.</param>
    /// <returns>True when <see cref="Next"/> gives its fragments; false when it goes as it is.</returns>
    public bool Begin(ReadOnlySpan<byte> frame, bool isWhole)
    {
        _family = Family.None;
        if (frame.Length < EthernetHeader.Length)
        {
            return false;
        }

        PacketLayout layout = PacketLayout.Read(frame);
        if (!layout.IsIp || layout.ClaimedEnd - layout.PacketOffset <= _mtu)
        {
            return false;
        }

        if (isWhole && !layout.IsCut && frame.Length <= FrameBatch.MaxFrameLength - FrameBatch.Headroom)
        {
            _packet.Clear();
            _packet.TryAppend(frame);
            _end = layout.End;
            _family = layout.Kind == PacketKind.IPv4 ? BeginIPv4(layout) : BeginIPv6(frame, layout);
        }

        Whole += _family == Family.None ? 1 : 0;
        return _family != Family.None;
    }

    /// <summary>Writes the next fragment of the frame that was taken up.</summary>
    /// <param name="into">Room for a frame of the MTU, headers of layer 2 on top.</param>
    /// <returns>Octets of it; 0 when there are no more.</returns>
    public int Next(Span<byte> into) => _family switch
    {
        Family.IPv4 => NextIPv4(into),
        Family.IPv6 when _position < _end => NextIPv6(into),
        _ => 0,
    };

    private Family BeginIPv4(in PacketLayout layout) => _v4.Begin(_packet, 0, layout.PacketOffset, _mtu) > 1 ? Family.IPv4 : Family.None;

    private int NextIPv4(Span<byte> into)
    {
        _fragments.Clear();
        if (_v4.Next(_fragments) == 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> fragment = _fragments.Octets(0);
        fragment.CopyTo(into);
        return fragment.Length;
    }

    private Family BeginIPv6(ReadOnlySpan<byte> frame, in PacketLayout layout)
    {
        if (_mtu < MinIPv6Mtu || !FindPrefix(frame[..layout.End], layout.PacketOffset) || (_mtu - (_prefix - layout.PacketOffset) - FragmentHeader) < Unit)
        {
            return Family.None;
        }

        (_position, _packetOffset) = (_prefix, layout.PacketOffset);
        _identification++;
        return Family.IPv6;
    }

    // Every fragment repeats the headers up to the routing header, or to the hop-by-hop options, or the IPv6 header alone.
    private bool FindPrefix(ReadOnlySpan<byte> frame, int packetOffset)
    {
        const int NextHeaderOffset = 6;
        (_prefix, _nextHeader) = (packetOffset + IPv6Header.Length, packetOffset + NextHeaderOffset);
        (int at, int announcedAt) = (_prefix, _nextHeader);
        for (int walked = 0; walked <= IPv6Header.MaxExtensionHeaders; walked++)
        {
            var type = (IpProtocol)frame[announcedAt];
            if (type is not (IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.DestinationOptions))
            {
                return type != IpProtocol.Fragment && _prefix < frame.Length;
            }

            if (frame.Length - at < Unit)
            {
                return false;
            }

            (announcedAt, at) = (at, at + ((frame[at + 1] + 1) * Unit));
            if (at > frame.Length)
            {
                return false;
            }

            if (type != IpProtocol.DestinationOptions)
            {
                (_prefix, _nextHeader) = (at, announcedAt);
            }
        }

        return false;
    }

    private int NextIPv6(Span<byte> into)
    {
        ReadOnlySpan<byte> frame = _packet.Octets(0);
        int room = (_mtu - (_prefix - _packetOffset) - FragmentHeader) / Unit * Unit;
        int left = _end - _position;
        int payload = left <= _mtu - (_prefix - _packetOffset) - FragmentHeader ? left : room;
        frame[.._prefix].CopyTo(into);
        Span<byte> header = into.Slice(_prefix, FragmentHeader);
        (header[0], header[1]) = (frame[_nextHeader], 0);
        into[_nextHeader] = (byte)IpProtocol.Fragment;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)((_position - _prefix) | (payload < left ? MoreFragments : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], _identification);
        frame.Slice(_position, payload).CopyTo(into[(_prefix + FragmentHeader)..]);
        int length = _prefix + FragmentHeader + payload;
        BinaryPrimitives.WriteUInt16BigEndian(into[(_packetOffset + IPv6Header.PayloadLengthOffset)..], (ushort)(length - _packetOffset - IPv6Header.Length));
        _position += payload;
        return length;
    }
}
