namespace VSwitch.Captures.Rewriting;

/// <summary>Makes another number of a number, by a key: no two give the same, so that stations that differ still differ.</summary>
/// <remarks>A Feistel network of six rounds over halves of equal width. It hides nothing from one who wants to know: it is no cipher.</remarks>
internal readonly struct KeyedPermutation
{
    private const int Rounds = 6;

    private readonly ulong _key;

    internal KeyedPermutation(uint seed) => _key = Mix(seed + 0x9E37_79B9_7F4A_7C15UL);

    /// <summary>Permutes the numbers of <paramref name="bits"/> bits.</summary>
    /// <param name="value">The number; bits above are not allowed.</param>
    /// <param name="bits">An even number, 2 to 64.</param>
    internal ulong Permute(ulong value, int bits)
    {
        int half = bits / 2;
        ulong mask = (1UL << half) - 1;
        ulong left = value >> half, right = value & mask;
        for (int round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ (Scramble(right, round) & mask));
        }

        return (left << half) | right;
    }

    /// <summary>Permutes the numbers of 128 bits.</summary>
    internal UInt128 Permute(UInt128 value)
    {
        (ulong left, ulong right) = ((ulong)(value >> 64), (ulong)value);
        for (int round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ Scramble(right, round));
        }

        return new UInt128(left, right);
    }

    /// <summary>A number that looks random, the same for the same argument.</summary>
    internal ulong Scramble(ulong value, int round) => Mix(_key + value + ((ulong)round * 0xD1B5_4A32_D192_ED03));

    // The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
