using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace VSwitch.Devices.Netlink;

/// <summary>Builds one netlink message in a span: header, a fixed part, attributes.</summary>
/// <remarks>
/// Host byte order. Header 16 octets: length 4 | type 2 | flags 2 | sequence 4 | port 4. Attribute: length 2 | type 2 | value, padded to 4.
/// Source: netlink(7), rtnetlink(7). A message that outgrows the span is our fault and throws <see cref="ArgumentOutOfRangeException"/>.
/// </remarks>
internal ref struct NetlinkWriter
{
    internal const int HeaderLength = 16;

    private readonly Span<byte> _buffer;
    private int _length;

    internal NetlinkWriter(Span<byte> buffer, RtMessage type, NetlinkFlags flags)
    {
        _buffer = buffer;
        buffer[..HeaderLength].Clear();
        MemoryMarshal.Write(buffer[4..], (ushort)type);
        MemoryMarshal.Write(buffer[6..], (ushort)flags);
        _length = HeaderLength;
    }

    /// <summary>Appends the fixed part that belongs to the message type.</summary>
    internal void Fixed<T>(in T value)
        where T : unmanaged
    {
        Span<byte> place = Take(Unsafe.SizeOf<T>());
        MemoryMarshal.Write(place, in value);
    }

    internal void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        Span<byte> place = Take(4 + value.Length);
        MemoryMarshal.Write(place, (ushort)(4 + value.Length));
        MemoryMarshal.Write(place[2..], type);
        value.CopyTo(place[4..]);
    }

    internal void Attribute(ushort type, int value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    /// <summary>A text with its NUL.</summary>
    internal void Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    /// <summary>Writes length and sequence into the header.</summary>
    /// <returns>The whole message.</returns>
    internal readonly Span<byte> Finish(uint sequence)
    {
        MemoryMarshal.Write(_buffer, (uint)_length);
        MemoryMarshal.Write(_buffer[8..], sequence);
        return _buffer[.._length];
    }

    private Span<byte> Take(int length)
    {
        int padded = (length + 3) & ~3;
        Span<byte> place = _buffer.Slice(_length, padded);
        place.Clear();
        _length += padded;
        return place[..length];
    }
}
