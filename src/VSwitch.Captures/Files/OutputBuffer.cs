using System.Buffers.Binary;

namespace VSwitch.Captures.Files;

/// <summary>Octets on their way to a stream, little-endian.</summary>
internal sealed class OutputBuffer(Stream stream)
{
    private const int Length = 128 * 1024; // room for the longest frame of a switch behind half as much: who flushes in time never writes half a record

    private readonly byte[] _buffer = new byte[Length];
    private int _count;
    private long _given;

    /// <summary>Octets put in so far.</summary>
    internal long Octets => _given + _count;

    /// <summary>Room for a few fields, to be filled at once.</summary>
    internal Span<byte> Take(int count)
    {
        if (count > Length - _count)
        {
            Flush();
        }

        Span<byte> room = _buffer.AsSpan(_count, count);
        _count += count;
        return room;
    }

    internal void Put(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    internal void Put(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    internal void Put(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    internal void Put(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= Length - _count)
        {
            octets.CopyTo(_buffer.AsSpan(_count));
            _count += octets.Length;
            return;
        }

        Flush();
        if (octets.Length < Length)
        {
            octets.CopyTo(_buffer);
            _count = octets.Length;
            return;
        }

        stream.Write(octets);
        _given += octets.Length;
    }

    /// <summary>Gives all to the stream.</summary>
    internal void Flush()
    {
        int count = _count;
        _count = 0;
        _given += count;
        stream.Write(_buffer, 0, count);
    }
}
