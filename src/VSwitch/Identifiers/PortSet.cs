using System.Numerics;

namespace VSwitch.Identifiers;

/// <summary>Some of a switch's ports, by the index of their place. Immutable once it is shared.</summary>
internal sealed class PortSet
{
    private const int WordBits = 64;

    private readonly ulong[] _words;

    /// <param name="places">Indexes below this can be in the set.</param>
    internal PortSet(int places) => _words = new ulong[(places + WordBits - 1) / WordBits];

    /// <summary>No port.</summary>
    internal static PortSet Empty { get; } = new(0);

    internal void Add(int index) => _words[index / WordBits] |= 1UL << index;

    /// <summary>Whether a port is in the set; any index may be asked for.</summary>
    internal bool Contains(int index)
    {
        ulong[] words = _words;
        int word = index / WordBits;
        return (uint)word < (uint)words.Length && (words[word] & (1UL << index)) != 0;
    }

    /// <summary>How many ports are in both sets.</summary>
    internal static int CountOfBoth(PortSet a, PortSet b)
    {
        int count = 0;
        for (int i = 0; i < Math.Min(a._words.Length, b._words.Length); i++)
        {
            count += BitOperations.PopCount(a._words[i] & b._words[i]);
        }

        return count;
    }

    /// <summary>The indexes, in ascending order.</summary>
    internal IEnumerable<int> Members()
    {
        for (int i = 0; i < _words.Length * WordBits; i++)
        {
            if (Contains(i))
            {
                yield return i;
            }
        }
    }
}
