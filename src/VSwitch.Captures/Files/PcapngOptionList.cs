using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace VSwitch.Captures.Files;

/// <summary>The options of one block while they are put together, little-endian; used again for the next block.</summary>
/// <remarks>What has no room in a block that readers keep whole is left out. Source: draft-ietf-opsawg-pcapng, section 3.5.</remarks>
internal sealed class PcapngOptionList
{
    private const int HeaderLength = 4;

    private byte[] _octets = new byte[256];
    private int _count;

    internal void Clear() => _count = 0;

    internal void Add(ushort code, ReadOnlySpan<byte> value)
    {
        if (Room(value.Length) is { IsEmpty: false } room)
        {
            value.CopyTo(room[HeaderLength..]);
            Close(code, value.Length);
        }
    }

    internal void Add(ushort code, ulong value)
    {
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(octets, value);
        Add(code, octets);
    }

    /// <summary>Text as UTF-8, cut at a character where it is longer than an option can be.</summary>
    /// <param name="code">The option.</param>
    /// <param name="text">What it says.</param>
    /// <param name="prefix">An octet in front of it, when there is one.</param>
    internal void Add(ushort code, string text, byte? prefix = null)
    {
        int first = prefix is null ? 0 : 1;
        int length = Math.Min(Encoding.UTF8.GetByteCount(text) + first, ushort.MaxValue);
        if (Room(length) is { IsEmpty: false } room)
        {
            if (prefix is { } octet)
            {
                room[HeaderLength] = octet;
            }

            _ = Utf8.FromUtf16(text, room[(HeaderLength + first)..], out _, out int written);
            Close(code, written + first);
        }
    }

    /// <summary>All of them with the end of options; nothing when there are none.</summary>
    internal ReadOnlySpan<byte> End()
    {
        if (_count > 0)
        {
            _octets.AsSpan(_count, HeaderLength).Clear();
            _count += HeaderLength;
        }

        return _octets.AsSpan(0, _count);
    }

    /// <summary>Room for an option, its padding not counted; empty when the block has none.</summary>
    private Span<byte> Room(int value)
    {
        int end = _count + HeaderLength + PcapngBlocks.Padded(value) + HeaderLength;
        if (value > ushort.MaxValue || end > PcapngReader.MaxOptions)
        {
            return default;
        }

        if (end > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(end, 2 * _octets.Length));
        }

        return _octets.AsSpan(_count, HeaderLength + value);
    }

    private void Close(ushort code, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_octets.AsSpan(_count), code);
        BinaryPrimitives.WriteUInt16LittleEndian(_octets.AsSpan(_count + 2), (ushort)length);
        int value = _count + HeaderLength;
        int padded = PcapngBlocks.Padded(length);
        _octets.AsSpan(value + length, padded - length).Clear();
        _count = value + padded;
    }
}
