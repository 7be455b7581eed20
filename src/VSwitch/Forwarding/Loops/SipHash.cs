using System.Numerics;

namespace VSwitch.Forwarding.Loops;

/// <summary>SipHash-2-4: a keyed hash of 64 bits that nobody can predict who does not know the key.</summary>
/// <remarks>Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012.</remarks>
internal static class SipHash
{
    /// <param name="key">Both halves of the key.</param>
    /// <param name="words">The message, in words of 8 octets.</param>
    internal static ulong Hash((ulong First, ulong Second) key, params ReadOnlySpan<ulong> words)
    {
        ulong v0 = key.First ^ 0x736F_6D65_7073_6575;
        ulong v1 = key.Second ^ 0x646F_7261_6E64_6F6D;
        ulong v2 = key.First ^ 0x6C79_6765_6E65_7261;
        ulong v3 = key.Second ^ 0x7465_6462_7974_6573;
        foreach (ulong word in words)
        {
            Compress(word, ref v0, ref v1, ref v2, ref v3);
        }

        Compress((ulong)(words.Length * sizeof(ulong)) << 56, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Compress(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
