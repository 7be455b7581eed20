using System.Buffers.Binary;
using System.Diagnostics;
using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>Cuts a super-frame into the frames that a device without segmentation offload sends, as Linux would (GSO).</summary>
/// <remarks>
/// <code>
/// segmenter.Begin(batch, index);
/// while (segmenter.Next(scratch) > 0)
/// {
///     // send what is in scratch
///     scratch.Clear();
/// }
/// </code>
/// <para>
/// Every segment has the headers of the super-frame, and of its payload the next <see cref="OffloadInfo.GsoSize"/> octets. IPv4: total length,
/// the identification counted up by one (RFC 6864 does not ask for it where DF is set; Linux does it all the same, as virtio_net_hdr has no word for
/// SKB_GSO_TCP_FIXEDID), header checksum; options on each.
/// IPv6: payload length; extension headers on each. TCP: sequence number; FIN and PSH on the last only, CWR on the first only, whether the ECN
/// bit is set or not. UDP: length. The unfinished checksum seeds that of the segments, so that a wrong pseudo-header stays wrong, and a Routing header right.
/// </para>
/// Nothing is allocated after the constructor. Owned by one thread at a time. Sources: net/ipv4/tcp_offload.c, udp_offload.c, af_inet.c and
/// net/ipv6/ip6_offload.c of Linux 6.18, by what they send.
/// </remarks>
public sealed class Segmenter
{
    /// <summary>The most segments that a super-frame may fall into: <see cref="OffloadInfo.TryValidate"/> refuses one that would make more.</summary>
    /// <remarks>
    /// Linux sends no TCP segment below an MSS of 48 octets (sysctl tcp_min_snd_mss), of which timestamps take 12: 64 KiB in pieces of 36 octets
    /// are 1,821. A gso_size of 1 would make 65,481 frames out of one, which is an attack.
    /// </remarks>
    public const int MaxSegments = 2048;

    // Tags from outside and those that switches on the way pushed.
    private const int MaxTags = 8;

    private FrameBatch? _source;
    private int _index;
    private SuperFrameLayout _layout;
    private int _gsoSize;
    private int _position;           // the first octet of payload that is not cut off yet
    private int _number;             // of the next segment, from 0
    private uint _sequenceNumber;    // TCP: of the super-frame
    private ushort _identification;  // IPv4: of the super-frame
    private ushort _seed;            // the sum of the pseudo-header without a length
    private bool _leavesChecksum;

    /// <summary>Takes up a super-frame; one that was not cut to the end before is forgotten.</summary>
    /// <param name="batch">Where the frame is; it is read until <see cref="Next"/> has returned 0, and is not changed.</param>
    /// <param name="index">A super-frame, its offload accepted by <see cref="OffloadInfo.TryValidate"/>.</param>
    /// <param name="taken">What the device takes over: with <see cref="OffloadKinds.Checksum"/> the segments carry NEEDS_CSUM.</param>
    /// <param name="linkLayer">What the frame begins with, and so its segments.</param>
    /// <returns>How many segments there will be; 0 for a frame that is not a validated super-frame.</returns>
    public int Begin(FrameBatch batch, int index, OffloadKinds taken = OffloadKinds.None, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        ArgumentNullException.ThrowIfNull(batch);
        OffloadInfo offload = batch[index].Offload;
        ReadOnlySpan<byte> frame = batch.Octets(index);
        _source = null;
        if (offload.GsoSize == 0 || !SuperFrameLayout.TryRead(frame, linkLayer, offload.GsoType, MaxTags, out _layout))
        {
            Debug.Fail("not a validated super-frame");
            return 0;
        }

        Debug.Assert(offload.CsumStart == _layout.L4Offset && offload.HdrLen == _layout.HeaderLength);
        _source = batch;
        _index = index;
        _gsoSize = offload.GsoSize;
        _position = _layout.HeaderLength;
        _number = 0;
        _leavesChecksum = (taken & OffloadKinds.Checksum) != 0;
        ReadFields(frame);
        return (frame.Length - _position + _gsoSize - 1) / _gsoSize;
    }

    /// <summary>Appends the next segments to <paramref name="into"/>, as many as it has room for.</summary>
    /// <returns>How many; 0 when there are no more, or when there was no room.</returns>
    /// <remarks>A segment has the ingress port, VLAN and timestamp of its super-frame.</remarks>
    public int Next(FrameBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (_source is null)
        {
            return 0;
        }

        Debug.Assert(into != _source);
        ReadOnlySpan<byte> frame = _source.Octets(_index);
        ref FrameMetadata metadata = ref _source[_index];
        int before = _number;
        while (_position < frame.Length && into.Free > 0)
        {
            Cut(frame, in metadata, into);
        }

        if (_number == before && into.Free > 0)
        {
            _source = null;
        }

        return _number - before;
    }

    private void ReadFields(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> segment = frame[_layout.L4Offset..];
        if (_layout.IsTcp)
        {
            TcpHeader.TryRead(segment, out TcpHeader tcp);
            _sequenceNumber = tcp.SequenceNumber;
            _seed = InternetChecksum.Subtract(tcp.Checksum, (ushort)segment.Length);
        }
        else
        {
            UdpHeader.TryRead(segment, out UdpHeader udp);
            _seed = InternetChecksum.Subtract(udp.Checksum, udp.DatagramLength);
        }

        if (_layout.IsIPv4)
        {
            IPv4Header.TryRead(frame[_layout.L3Offset..], out IPv4Header ip);
            _identification = ip.Identification;
        }
    }

    private void Cut(ReadOnlySpan<byte> frame, in FrameMetadata metadata, FrameBatch into)
    {
        int headers = _layout.HeaderLength;
        int payload = Math.Min(_gsoSize, frame.Length - _position);
        Span<byte> cut = into.NextSlot().Slice(FrameBatch.Headroom, headers + payload);
        frame[..headers].CopyTo(cut);
        frame.Slice(_position, payload).CopyTo(cut[headers..]);

        WriteNetworkHeader(cut);
        Span<byte> segment = cut[_layout.L4Offset..];
        WriteTransportHeader(segment, isLast: _position + payload == frame.Length);
        Finish(segment, ref CarryMetadata(in metadata, ref into.Append(cut.Length)));

        _position += payload;
        _number++;
    }

    private void WriteNetworkHeader(Span<byte> cut)
    {
        Span<byte> packet = cut[_layout.L3Offset.._layout.L4Offset];
        var length = (ushort)(cut.Length - _layout.LengthOrigin);
        if (!_layout.IsIPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[IPv6Header.PayloadLengthOffset..], length);
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[IPv4Header.TotalLengthOffset..], length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[IPv4Header.IdentificationOffset..], (ushort)(_identification + _number));
        BinaryPrimitives.WriteUInt16BigEndian(packet[IPv4Header.ChecksumOffset..], 0);
        ChecksumCompletion.Complete(packet, IPv4Header.ChecksumOffset, mangleZero: false);
    }

    // Leaves the sum of the segment's pseudo-header where the checksum goes.
    private void WriteTransportHeader(Span<byte> segment, bool isLast)
    {
        ushort pseudoHeader = InternetChecksum.Add(_seed, (ushort)segment.Length);
        BinaryPrimitives.WriteUInt16BigEndian(segment[_layout.ChecksumOffset..], pseudoHeader);
        if (!_layout.IsTcp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment[UdpHeader.DatagramLengthOffset..], (ushort)segment.Length);
            return;
        }

        uint sequenceNumber = _sequenceNumber + ((uint)_number * (uint)_gsoSize);
        BinaryPrimitives.WriteUInt32BigEndian(segment[TcpHeader.SequenceNumberOffset..], sequenceNumber);
        TcpFlags onFirst = TcpFlags.Cwr;
        TcpFlags onLast = TcpFlags.Fin | TcpFlags.Psh;
        TcpFlags cleared = (_number == 0 ? TcpFlags.None : onFirst) | (isLast ? TcpFlags.None : onLast);
        segment[TcpHeader.FlagsOffset] &= (byte)~cleared;
    }

    private static ref FrameMetadata CarryMetadata(in FrameMetadata from, ref FrameMetadata to)
    {
        to.Ingress = from.Ingress;
        to.Vlan = from.Vlan;
        to.Timestamp = from.Timestamp;
        return ref to;
    }

    // A zero means "no checksum" to UDP alone; Linux lets TCP's stand when it segments.
    private void Finish(Span<byte> segment, ref FrameMetadata metadata)
    {
        if (!_leavesChecksum)
        {
            ChecksumCompletion.Complete(segment, _layout.ChecksumOffset, mangleZero: !_layout.IsTcp);
            return;
        }

        metadata.Offload = new OffloadInfo
        {
            NeedsCsum = true,
            CsumStart = (ushort)_layout.L4Offset,
            CsumOffset = (ushort)_layout.ChecksumOffset,
        };
    }
}
