namespace VSwitch.Captures.Rewriting;

/// <summary>Spoils some frames, for parsers to be tried with: the same ones in the same way for the same seed.</summary>
/// <remarks>What is done follows tcprewrite's description (drop, shorten, octets at the start, in the middle or at the end of the payload); which frame gets what does not.</remarks>
internal sealed class FrameFuzzer(uint seed, int factor)
{
    private const int MaxSpoiled = 4;

    private readonly KeyedPermutation _random = new(seed);

    /// <summary>Spoils a frame, or not.</summary>
    /// <param name="payload">What may be spoilt: all behind the headers.</param>
    /// <param name="number">The number of the frame.</param>
    /// <returns>Octets of payload that are left; -1 for a frame that is dropped.</returns>
    internal int Spoil(Span<byte> payload, long number)
    {
        ulong dice = _random.Scramble((ulong)number, 0);
        if (dice % (uint)factor != 0 || payload.Length == 0)
        {
            return payload.Length;
        }

        dice = _random.Scramble((ulong)number, 1);
        ulong where = _random.Scramble((ulong)number, 2);
        int length = (int)(dice >> 8) & (MaxSpoiled - 1);
        length = Math.Min(length + 1, payload.Length);
        byte value = (where & 3) switch { 0 => 0x00, 1 => 0xFF, _ => (byte)(where >> 8) };
        switch (dice % 5)
        {
            case 0:
                return -1;
            case 1:
                return (int)(where % (uint)payload.Length);
            case 2:
                payload[..length].Fill(value);
                break;
            case 3:
                payload[^length..].Fill(value);
                break;
            default:
                payload.Slice((int)(where % (uint)(payload.Length - length + 1)), length).Fill(value);
                break;
        }

        return payload.Length;
    }
}
