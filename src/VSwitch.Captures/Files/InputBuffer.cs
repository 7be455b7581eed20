using System.Diagnostics;

namespace VSwitch.Captures.Files;

/// <summary>The octets of a stream, parsed in place: one buffer that grows with octets that really came, never by what a file claims.</summary>
internal sealed class InputBuffer(Stream stream)
{
    /// <summary>What can be held together: the longest packet with as many octets of options as are kept.</summary>
    internal const int MaxHeld = 512 * 1024;

    private const int FirstLength = 64 * 1024;

    private byte[] _buffer = new byte[FirstLength];
    private int _start;
    private int _end;
    private bool _hasEnded;

    /// <summary>Octets before the next one.</summary>
    internal long Offset { get; private set; }

    /// <summary>Why no more octets come, when it is not the end of the stream.</summary>
    internal string? Damage { get; private set; }

    /// <summary>What is held now.</summary>
    internal ReadOnlySpan<byte> Held => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Sees to it that so many octets are held, <see cref="MaxHeld"/> at most; spans from before are no longer good.</summary>
    /// <returns>False when the stream ends before.</returns>
    internal bool Has(int count) => _end - _start >= count || Fill(count);

    internal void Advance(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Passes over octets without keeping them.</summary>
    /// <returns>False when the stream ends before.</returns>
    internal bool Skip(long count)
    {
        while (count > 0 && Has(1))
        {
            int step = (int)Math.Min(count, _end - _start);
            Advance(step);
            count -= step;
        }

        return count == 0;
    }

    private bool Fill(int count)
    {
        Debug.Assert(count <= MaxHeld, "more than the buffer can be");
        Held.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < count && !_hasEnded)
        {
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, MaxHeld);
            }

            int read = Read();
            _end += read;
            _hasEnded = read == 0;
        }

        return _end >= count;
    }

    private int Read()
    {
        try
        {
            return stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException)
        {
            Damage = "the compressed data is damaged, ends early, or something else follows it";
            return 0;
        }
    }
}
