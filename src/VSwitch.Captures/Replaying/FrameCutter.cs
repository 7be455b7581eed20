using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Captures.Replaying;

/// <summary>Cuts a TCP frame that is longer than the MTU into those that were on the wire: hosts with segmentation offload (TSO, GRO) capture whole ones.</summary>
/// <remarks>
/// What the headers say stands for the description that a device would give beside the frame. The checksums of the pieces are new and right, whatever that of the
/// whole was: of one that was captured before the hardware finished it, nobody can tell.
/// </remarks>
internal sealed class FrameCutter
{
    private const int MaxTags = 2;

    private readonly FrameBatch _whole = new(1);
    private readonly FrameBatch _pieces = new();
    private readonly Segmenter _segmenter = new();

    /// <summary>Octets of the longest frame that an interface takes: one tag of IEEE 802.1Q is not counted, as in Linux.</summary>
    internal static int LongestFrame(ReadOnlySpan<byte> frame, int mtu)
    {
        bool isTagged = EthernetHeader.TryRead(frame, out EthernetHeader header) && header.EtherType == EtherType.CustomerVlan;
        return (int)Math.Min(int.MaxValue, (long)mtu + EthernetHeader.Length + (isTagged ? VlanTag.Length : 0));
    }

    /// <summary>Takes up a frame.</summary>
    /// <returns>False when it is no TCP segment over IPv4 or IPv6 that can be cut.</returns>
    internal bool TryBegin(ReadOnlySpan<byte> frame, int longest)
    {
        _whole.Clear();
        if (!TryDescribe(frame, longest, out OffloadInfo offload, out int length) || !_whole.TryAppend(frame[..length]))
        {
            return false;
        }

        Span<byte> octets = _whole.Octets(0);
        WriteSeed(octets, in offload);
        if (!offload.TryValidate(octets) || offload.GsoSize == 0)
        {
            return false;
        }

        _whole[0].Offload = offload;
        return _segmenter.Begin(_whole, 0) > 0;
    }

    /// <summary>The next pieces; empty when there are no more.</summary>
    internal FrameBatch Next()
    {
        _pieces.Clear();
        _segmenter.Next(_pieces);
        return _pieces;
    }

    private static bool TryDescribe(ReadOnlySpan<byte> frame, int longest, out OffloadInfo offload, out int length)
    {
        offload = default;
        length = frame.Length;
        if (!TryFindPacket(frame, out EtherType type, out int l3) || !TryFindTcp(frame[l3..], type, out int l4, out int packetLength)
            || !TcpHeader.TryRead(frame[(l3 + l4)..], out TcpHeader tcp))
        {
            return false;
        }

        length = Math.Min(length, l3 + packetLength); // what is behind the packet is padding
        int headers = l3 + l4 + tcp.HeaderLength;
        if (longest <= headers || length <= headers)
        {
            return false;
        }

        offload.NeedsCsum = true;
        offload.GsoType = type == EtherType.IPv4 ? GsoType.TcpIPv4 : GsoType.TcpIPv6;
        offload.GsoSize = (ushort)Math.Min(ushort.MaxValue - 1, longest - headers);
        offload.HdrLen = (ushort)headers;
        offload.CsumStart = (ushort)(l3 + l4);
        offload.CsumOffset = TcpHeader.ChecksumOffset;
        return true;
    }

    private static bool TryFindTcp(ReadOnlySpan<byte> packet, EtherType type, out int offset, out int length)
    {
        IpProtocol protocol = default;
        (offset, length) = (0, 0);
        if (type == EtherType.IPv4 && IPv4Header.TryRead(packet, out IPv4Header ip) && !ip.IsFragment)
        {
            (protocol, offset, length) = (ip.Protocol, ip.HeaderLength, ip.TotalLength);
        }
        else if (type == EtherType.IPv6 && IPv6Header.TryRead(packet, out IPv6Header ip6) && ip6.TryFindUpperLayer(out protocol, out offset))
        {
            length = ip6.PayloadLength == 0 ? 0 : IPv6Header.Length + ip6.PayloadLength;
        }

        // A total length of zero is what a host captures whose hardware is to fill it in.
        length = length == 0 ? packet.Length : length;
        return protocol == IpProtocol.Tcp;
    }

    // The sum of the pseudo-header goes where the checksum is: it is what the segmenter begins with.
    private static void WriteSeed(Span<byte> frame, in OffloadInfo offload)
    {
        TryFindPacket(frame, out EtherType type, out int l3);
        Span<byte> packet = frame[l3..];
        Span<byte> addresses = type == EtherType.IPv4 ? packet.Slice(12, 8) : packet.Slice(IPv6Header.AddressesOffset, 32);
        Span<byte> segment = frame[offload.CsumStart..];
        ushort seed = InternetChecksum.PseudoHeader(addresses, IpProtocol.Tcp, segment.Length);
        BinaryPrimitives.WriteUInt16BigEndian(segment[offload.CsumOffset..], seed);
    }

    private static bool TryFindPacket(ReadOnlySpan<byte> frame, out EtherType type, out int offset)
    {
        offset = EthernetHeader.Length;
        type = default;
        for (int tags = 0; tags <= MaxTags && offset <= frame.Length; tags++, offset += VlanTag.Length)
        {
            type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[(offset - sizeof(ushort))..]);
            if (!VlanTag.IsTag(type))
            {
                return true;
            }
        }

        return false;
    }
}
