using System.Buffers.Binary;
using System.Security.Cryptography;
using VSwitch.Captures.Comparing.Fields;

namespace VSwitch.Captures.Comparing;

/// <summary>Makes the digest of a packet: of what counts of its octets, its length on the wire and its interface. One buffer serves all packets.</summary>
/// <remarks>SHA-256, cut to 128 bits: whoever writes a capture can't make two packets look the same.</remarks>
internal sealed class PacketDigester(FrameMask mask, bool commonLength)
{
    private const int TrailerLength = 16;
    private const int CommonPayload = 32; // octets behind the headers that a packet is matched by when the rest may be missing

    private byte[] _buffer = new byte[2048];

    /// <summary>The layout of the packet that was last prepared.</summary>
    internal FrameLayout Layout { get; } = new();

    /// <summary>Lays a packet out, and makes zeros of what does not count.</summary>
    /// <returns>A copy of it, good until the next.</returns>
    internal Span<byte> Prepare(ComparedPacket packet)
    {
        if (_buffer.Length < packet.Span.Length + TrailerLength)
        {
            _buffer = new byte[packet.Span.Length + TrailerLength];
        }

        Span<byte> frame = _buffer.AsSpan(0, packet.Span.Length);
        packet.Span.CopyTo(frame);
        Layout.Read(packet.Interface.LinkType, frame);
        mask.Clear(Layout, frame);
        return frame;
    }

    /// <summary>Makes the numbers of TCP those that are counted from the first ones of the flow.</summary>
    internal static void MakeRelative(FrameLayout layout, Span<byte> frame, (uint Sequence, uint Acknowledgment) bases)
    {
        if (layout.TcpStart < 0)
        {
            return;
        }

        Take(frame.Slice(layout.TcpStart + 4, sizeof(uint)), bases.Sequence);
        Take(frame.Slice(layout.TcpStart + 8, sizeof(uint)), bases.Acknowledgment);
    }

    /// <summary>Does the same to what was prepared last; what does not count stays zero.</summary>
    internal void MakeRelative(Span<byte> frame, (uint Sequence, uint Acknowledgment) bases)
    {
        MakeRelative(Layout, frame, bases);
        mask.Clear(Layout, frame);
    }

    /// <summary>The digest of what was prepared last.</summary>
    internal UInt128 Digest(ComparedPacket packet, bool withInterface = true)
    {
        Span<byte> frame = _buffer.AsSpan(0, packet.Span.Length);
        int counted = commonLength ? Layout.PayloadStart + CommonPayload - (mask.TakesTags ? Layout.TagOctets : 0) : frame.Length;
        int length = Math.Min(mask.Compact(Layout, frame), counted);
        Span<byte> trailer = _buffer.AsSpan(length, TrailerLength);
        BinaryPrimitives.WriteInt64LittleEndian(trailer, mask.Ignores(FrameField.FrameLength) ? 0 : mask.WireLength(Layout, packet.WireLength));
        BinaryPrimitives.WriteInt32LittleEndian(trailer[8..], withInterface && !mask.Ignores(FrameField.FrameInterface) ? packet.InterfaceKey : 0);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[12..], (int)FrameLayout.Plain(packet.Interface.LinkType));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer.AsSpan(0, length + TrailerLength), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private static void Take(Span<byte> number, uint first) =>
        BinaryPrimitives.WriteUInt32BigEndian(number, BinaryPrimitives.ReadUInt32BigEndian(number) - first);
}
