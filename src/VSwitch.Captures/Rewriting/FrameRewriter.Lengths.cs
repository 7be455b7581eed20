using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <content>Lengths: what is missing, and what is too much.</content>
public sealed partial class FrameRewriter
{
    private const int UdpLengthOffset = 4, UdpHeaderLength = 8;

    // What the frame grows to, tags not counted; a claim is compared with the buffer, never allocated.
    private long PaddedLength(in PacketLayout layout, int length, uint original)
    {
        long padded = length;
        if (_options.FixLength == LengthRepair.Pad && layout.IsIp)
        {
            padded = Math.Max(Math.Max(padded, layout.ClaimedEnd), original);
        }

        return original <= length ? Math.Max(padded, _options.PadOctets) : padded;
    }

    private void FixLengths(Span<byte> buffer, ref PacketLayout layout, ref int length, ref uint original, int padded)
    {
        bool isRepaired = layout.IsIp && (layout.IsCut || original > length);
        if (isRepaired && _options.FixLength == LengthRepair.Pad)
        {
            buffer[length..padded].Clear();
            original = (uint)(length = padded);
            layout = PacketLayout.Read(buffer[..length]);
            ChecksumUpdate.Compute(buffer[..length], layout);
        }
        else if (isRepaired && _options.FixLength == LengthRepair.Truncate)
        {
            original = (uint)length;
            Shorten(buffer[..length], ref layout);
        }

        int limit = layout.PacketOffset + _options.MtuOctets;
        if (_options.TruncateToMtu && original > limit)
        {
            original = (uint)limit;
            length = Math.Min(length, limit);
            Shorten(buffer[..length], ref layout);
        }
    }

    /// <summary>Makes the lengths in the headers of a packet those of what is there, and the checksums right.</summary>
    private static void Shorten(Span<byte> frame, ref PacketLayout layout)
    {
        if (!layout.IsIp || layout.ClaimedEnd <= frame.Length)
        {
            return; // it was padding that was cut off, if anything
        }

        Span<byte> packet = frame[layout.PacketOffset..];
        bool isIPv4 = layout.Kind == PacketKind.IPv4;
        int length = packet.Length - (isIPv4 ? 0 : IPv6Header.Length);
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[(isIPv4 ? IPv4Header.TotalLengthOffset : IPv6Header.PayloadLengthOffset)..],
            length > ushort.MaxValue ? (ushort)0 : (ushort)length); // as super-packets have it
        layout = PacketLayout.Read(frame);
        if (layout is { Protocol: IpProtocol.Udp, HasPorts: true, IsFragment: false })
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[(layout.SegmentOffset + UdpLengthOffset)..], (ushort)(layout.End - layout.SegmentOffset));
        }

        ChecksumUpdate.Compute(frame, layout);
    }
}
