using System.Numerics;

namespace VSwitch.Captures.Replaying;

/// <summary>How late frames were: counts by size, of bounded memory, exact to 3 %.</summary>
public sealed class TimingHistogram
{
    private const int Steps = 32;                   // for each doubling
    private const int StepBits = 5;
    private readonly long[] _counts = new long[(64 - StepBits + 1) * Steps];

    /// <summary>Values that were added.</summary>
    public long Count { get; private set; }

    /// <summary>The largest, exact; 0 without any.</summary>
    public long Max { get; private set; }

    /// <summary>Adds a value, several times.</summary>
    /// <param name="value">Below 0 counts as 0.</param>
    /// <param name="times">How often.</param>
    public void Add(long value, long times = 1)
    {
        long counted = Math.Max(0, value);
        _counts[IndexOf(counted)] += times;
        Count += times;
        Max = Math.Max(Max, counted);
    }

    /// <summary>The value that so large a part of all is not above.</summary>
    /// <param name="part">From 0 to 1.</param>
    /// <returns>Rounded up by 3 % at most; 0 without any.</returns>
    public long Percentile(double part)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * part));
        long seen = 0;
        for (int i = 0; i < _counts.Length && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return Math.Min(Max, HighestOf(i));
            }
        }

        return 0;
    }

    // Below 32 each value has its own; above, the highest five bits behind the leading one and the doubling.
    private static int IndexOf(long value)
    {
        if (value < Steps)
        {
            return (int)value;
        }

        int shift = BitOperations.Log2((ulong)value) - StepBits;
        return ((shift + 1) * Steps) + (int)((value >> shift) - Steps);
    }

    private static long HighestOf(int index)
    {
        if (index < Steps)
        {
            return index;
        }

        int shift = (index / Steps) - 1;
        return (long)((((ulong)(index % Steps) + Steps + 1) << shift) - 1);
    }
}
