using System.Numerics;

namespace VSwitch.Devices.Splitting;

/// <summary>Frontends of one splitter, by their indexes.</summary>
public sealed class SplitSet
{
    private readonly ulong[] _words;
    private readonly int _frontends;

    internal SplitSet(int frontends)
    {
        _frontends = frontends;
        _words = new ulong[(frontends / 64) + 1];
    }

    /// <summary>Adds a frontend; an index that no frontend can have is left out.</summary>
    public void Add(int index)
    {
        if (index >= 1 && index <= _frontends)
        {
            _words[index >> 6] |= 1UL << (index & 63);
        }
    }

    /// <summary>Adds all frontends.</summary>
    public void AddAll()
    {
        _words.AsSpan().Fill(ulong.MaxValue);
        _words[0] &= ~1UL; // there is no frontend 0
        _words[^1] &= ulong.MaxValue >> (63 - (_frontends & 63));
    }

    /// <summary>Takes a frontend out.</summary>
    public void Remove(int index)
    {
        if (index >= 1 && index <= _frontends)
        {
            _words[index >> 6] &= ~(1UL << (index & 63));
        }
    }

    internal void Clear() => _words.AsSpan().Clear();

    /// <summary>The first frontend behind one; 0 when there is none.</summary>
    internal int Next(int index)
    {
        int from = index + 1;
        for (int word = from >> 6; word < _words.Length; word++)
        {
            ulong rest = _words[word] & (ulong.MaxValue << (from & 63));
            if (rest != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(rest);
            }

            from = 0;
        }

        return 0;
    }
}
