namespace VSwitch.Captures.Comparing.Fields;

/// <summary>Where a field stands in a frame: bits counted from the highest of the first octet. A field of more than 64 bits begins and ends with an octet.</summary>
/// <param name="Field">Which.</param>
/// <param name="Bit">Its first bit.</param>
/// <param name="Bits">How many.</param>
internal readonly record struct FieldSlice(FrameField Field, int Bit, int Bits)
{
    private const int WordBits = 64;

    /// <summary>Its first octet, which may begin with bits of another field.</summary>
    internal int Octet => Bit / 8;

    /// <summary>Behind its last octet, which may end with bits of another field.</summary>
    internal int End => (Bit + Bits + 7) / 8;

    /// <summary>Whether it is a number: up to 64 bits.</summary>
    internal bool IsNumber => Bits <= WordBits;

    /// <summary>The octets of a field that begins and ends with one.</summary>
    internal ReadOnlySpan<byte> Octets(ReadOnlySpan<byte> frame) => frame[Octet..End];

    /// <summary>The value of a number.</summary>
    internal ulong Value(ReadOnlySpan<byte> frame)
    {
        UInt128 value = 0;
        foreach (byte octet in frame[Octet..End])
        {
            value = (value << 8) | octet;
        }

        value >>= (End * 8) - Bit - Bits;
        return (ulong)(value & ((UInt128.One << Bits) - 1));
    }

    /// <summary>Makes zeros of its bits, and leaves those beside them.</summary>
    internal void Clear(Span<byte> frame)
    {
        int first = Bit % 8;
        int behind = (End * 8) - Bit - Bits;
        Span<byte> octets = frame[Octet..End];
        if (octets.IsEmpty)
        {
            return;
        }

        byte front = (byte)(octets[0] & ~(0xFF >> first));
        byte back = (byte)(octets[^1] & ((1 << behind) - 1));
        octets.Clear();
        octets[0] |= front;
        octets[^1] |= back;
    }
}
