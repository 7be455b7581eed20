using System.Buffers.Binary;
using System.Diagnostics;
using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>Cuts an IPv4 packet that is longer than the next link takes into fragments, each in a frame of its own.</summary>
/// <remarks>
/// <code>
/// if (fragmenter.Begin(batch, index, l3Offset, mtu) == 0) { /* drop or report */ }
/// while (fragmenter.Next(scratch) > 0)
/// {
///     // send what is in scratch
///     scratch.Clear();
/// }
/// </code>
/// <para>
/// Every fragment but the last carries as many units of 8 octets as fit. The first has all options, the later ones those with the copy bit. The
/// packet may be a fragment itself: the offsets go on from its own, and the last has "more fragments" if it had. Source: RFC 791, section 3.2.
/// </para>
/// Nothing is allocated after the constructor. Owned by one thread at a time. A super-frame is not for here: <see cref="Segmenter"/> cuts it.
/// </remarks>
internal sealed class IPv4Fragmenter
{
    /// <summary>What every link takes whole: the longest header and a unit of payload (RFC 791, section 3.2).</summary>
    public const int MinMtu = 68;

    private const int Unit = 8;
    private const int MaxDatagramPayload = ushort.MaxValue;

    // Options: bit 7 of the type says "copied"; two types have no length (RFC 791, section 3.1).
    private const byte CopiedBit = 0x80;
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;

    private readonly byte[] _laterHeader = new byte[IPv4Header.MaxLength];
    private FrameBatch? _source;
    private int _index;
    private int _l3Offset;
    private int _mtuOctets;
    private int _headerLength;      // of the packet, and of the first fragment
    private int _laterHeaderLength;
    private int _payloadLength;     // of the packet
    private int _position;          // octets of payload that are cut off
    private int _firstOffset;       // of the packet, when it is a fragment; octets
    private bool _hasMore;          // the packet is not the last fragment

    /// <summary>Takes up a packet; one that was not cut to the end before is forgotten.</summary>
    /// <param name="batch">
    /// Where the frame is; it is read until <see cref="Next"/> has returned 0. An unfinished checksum is finished in place first, as no device can
    /// finish it in fragments.
    /// </param>
    /// <param name="index">A frame with an IPv4 packet.</param>
    /// <param name="l3Offset">Where the packet begins: octets of Ethernet header and tags, which every fragment gets too.</param>
    /// <param name="mtu">Octets of packet that the link takes, at least <see cref="MinMtu"/>.</param>
    /// <returns>
    /// How many frames there will be, 1 for a packet that fits; 0 for one that must not be cut (DF), is no whole IPv4 packet, would end behind
    /// the 65,535 octets of a datagram, or is a super-frame.
    /// </returns>
    public int Begin(FrameBatch batch, int index, int l3Offset, int mtu)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, MinMtu);
        _source = null;
        ReadOnlySpan<byte> frame = batch.Octets(index);
        if (batch[index].Offload.GsoType != GsoType.None || l3Offset > frame.Length
            || !IPv4Header.TryRead(frame[l3Offset..], out IPv4Header ip)
            || ip.TotalLength < ip.HeaderLength || ip.TotalLength > frame.Length - l3Offset)
        {
            return 0;
        }

        int payload = ip.TotalLength - ip.HeaderLength;
        bool fits = ip.TotalLength <= mtu;
        if (!fits && (ip.DontFragment || ip.FragmentOffset + payload > MaxDatagramPayload || (ip.MoreFragments && payload % Unit != 0)))
        {
            return 0;
        }

        ChecksumCompletion.Complete(batch, index);
        (_source, _index, _l3Offset, _mtuOctets) = (batch, index, l3Offset, mtu);
        (_headerLength, _payloadLength, _position) = (ip.HeaderLength, payload, -1);
        (_firstOffset, _hasMore) = (ip.FragmentOffset, ip.MoreFragments);
        WriteLaterHeader(frame.Slice(l3Offset, ip.HeaderLength));
        return fits ? 1 : CountFragments();
    }

    /// <summary>Appends the next fragments to <paramref name="into"/>, as many as it has room for.</summary>
    /// <returns>How many; 0 when there are no more, or when there was no room.</returns>
    /// <remarks>A fragment has the ingress port, VLAN and timestamp of its packet.</remarks>
    public int Next(FrameBatch into)
    {
        if (_source is null)
        {
            return 0;
        }

        Debug.Assert(into != _source);
        int count = 0;
        for (; _position < _payloadLength && into.Free > 0; count++)
        {
            Cut(into);
        }

        if (count == 0 && into.Free > 0)
        {
            _source = null;
        }

        return count;
    }

    private int CountFragments()
    {
        int left = _payloadLength - Room(_headerLength);
        int room = Room(_laterHeaderLength);
        int inLast = _mtuOctets - _laterHeaderLength; // the last need not end with a unit
        return 2 + ((Math.Max(left - inLast, 0) + room - 1) / room);
    }

    // Octets of payload in a fragment that is not the last.
    private int Room(int headerLength) => (_mtuOctets - headerLength) / Unit * Unit;

    private void Cut(FrameBatch into)
    {
        ReadOnlySpan<byte> frame = _source!.Octets(_index);
        bool isFirst = _position < 0;
        int position = Math.Max(_position, 0);
        int headerLength = isFirst ? _headerLength : _laterHeaderLength;
        int left = _payloadLength - position;
        bool isLast = headerLength + left <= _mtuOctets;
        int payload = isLast ? left : Room(headerLength);

        Span<byte> cut = into.NextSlot().Slice(FrameBatch.Headroom, _l3Offset + headerLength + payload);
        frame[.._l3Offset].CopyTo(cut);
        Span<byte> packet = cut[_l3Offset..];
        ReadOnlySpan<byte> header = isFirst ? frame.Slice(_l3Offset, headerLength) : _laterHeader.AsSpan(0, headerLength);
        header.CopyTo(packet);
        frame.Slice(_l3Offset + _headerLength + position, payload).CopyTo(packet[headerLength..]);
        if (!isFirst || !isLast)
        {
            WriteFields(packet, headerLength, _firstOffset + position, hasMore: !isLast || _hasMore);
        }

        ref FrameMetadata from = ref _source[_index];
        ref FrameMetadata to = ref into.Append(cut.Length);
        (to.Ingress, to.Vlan, to.Timestamp) = (from.Ingress, from.Vlan, from.Timestamp);
        _position = isLast ? int.MaxValue : position + payload;
    }

    private static void WriteFields(Span<byte> packet, int headerLength, int offset, bool hasMore)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet[IPv4Header.TotalLengthOffset..], (ushort)packet.Length);
        int word = (offset / Unit) | (hasMore ? IPv4Header.MoreFragmentsBit : 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet[IPv4Header.FragmentWordOffset..], (ushort)word);
        IPv4Header.WriteChecksum(packet[..headerLength]);
    }

    // The fixed part, and the options that are copied; what stands behind a broken option is left out.
    private void WriteLaterHeader(ReadOnlySpan<byte> header)
    {
        header[..IPv4Header.MinLength].CopyTo(_laterHeader);
        int written = IPv4Header.MinLength;
        ReadOnlySpan<byte> options = header[IPv4Header.MinLength..];
        while (options.Length > 0 && options[0] != EndOfOptions)
        {
            int length = options[0] == NoOperation ? 1 : options.Length < 2 ? 0 : options[1];
            if (length < (options[0] == NoOperation ? 1 : 2) || length > options.Length)
            {
                break;
            }

            if ((options[0] & CopiedBit) != 0)
            {
                options[..length].CopyTo(_laterHeader.AsSpan(written));
                written += length;
            }

            options = options[length..];
        }

        while (written % 4 != 0)
        {
            _laterHeader[written++] = EndOfOptions;
        }

        _laterHeaderLength = written;
        _laterHeader[0] = (byte)(0x40 | (written / 4));
    }
}
