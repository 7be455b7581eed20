using System.Runtime.InteropServices;

namespace VSwitch.Captures.Comparing;

/// <summary>Finds a common subsequence of two sequences of digests.</summary>
/// <remarks>
/// Equal fronts and ends are taken off. What is left is solved exactly while it is small (<see cref="MaxCells"/>); else the n-th of a digest
/// stands for the n-th of the other side, and the longest increasing run of those is taken, which is exact where no digest comes twice; the gaps
/// between are solved again. Never more than n log n steps, and <see cref="MaxCells"/> for a gap.
/// </remarks>
internal sealed class SequenceAligner
{
    /// <summary>Cells of the table of an exact solution.</summary>
    internal const int MaxCells = 1 << 18;

    /// <summary>Digests that were given to it, and cells that it filled: what it has cost up to now.</summary>
    internal long Steps { get; private set; }

    /// <summary>Aligns two sequences.</summary>
    /// <returns>Pairs of indexes, both rising.</returns>
    internal List<(int Expected, int Actual)> Align(ReadOnlySpan<UInt128> expected, ReadOnlySpan<UInt128> actual)
    {
        Steps += expected.Length + actual.Length;
        List<(int, int)> pairs = [];
        Align(expected, actual, 0, 0, pairs, isGap: false);
        return pairs;
    }

    private void Align(
        ReadOnlySpan<UInt128> expected, ReadOnlySpan<UInt128> actual, int expectedAt, int actualAt, List<(int, int)> pairs, bool isGap)
    {
        int front = expected.CommonPrefixLength(actual);
        for (int i = 0; i < front; i++)
        {
            pairs.Add((expectedAt + i, actualAt + i));
        }

        expected = expected[front..];
        actual = actual[front..];
        (expectedAt, actualAt) = (expectedAt + front, actualAt + front);
        int end = 0;
        while (end < expected.Length && end < actual.Length && expected[^(end + 1)] == actual[^(end + 1)])
        {
            end++;
        }

        expected = expected[..^end];
        actual = actual[..^end];
        if (!expected.IsEmpty && !actual.IsEmpty)
        {
            if ((long)expected.Length * actual.Length <= MaxCells)
            {
                AlignExactly(expected, actual, expectedAt, actualAt, pairs);
            }
            else if (!isGap)
            {
                AlignByOccurrence(expected, actual, expectedAt, actualAt, pairs);
            }
        }

        for (int i = 0; i < end; i++)
        {
            pairs.Add((expectedAt + expected.Length + i, actualAt + actual.Length + i));
        }
    }

    /// <summary>The longest common subsequence, by the usual table, filled from the end.</summary>
    private void AlignExactly(ReadOnlySpan<UInt128> expected, ReadOnlySpan<UInt128> actual, int expectedAt, int actualAt, List<(int, int)> pairs)
    {
        int width = actual.Length + 1;
        int[] lengths = new int[(expected.Length + 1) * width];
        Steps += lengths.Length;
        for (int i = expected.Length - 1; i >= 0; i--)
        {
            for (int j = actual.Length - 1; j >= 0; j--)
            {
                lengths[(i * width) + j] = expected[i] == actual[j]
                    ? lengths[((i + 1) * width) + j + 1] + 1
                    : Math.Max(lengths[((i + 1) * width) + j], lengths[(i * width) + j + 1]);
            }
        }

        for (int i = 0, j = 0; i < expected.Length && j < actual.Length;)
        {
            if (expected[i] == actual[j])
            {
                pairs.Add((expectedAt + i++, actualAt + j++));
            }
            else if (lengths[((i + 1) * width) + j] >= lengths[(i * width) + j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    private void AlignByOccurrence(ReadOnlySpan<UInt128> expected, ReadOnlySpan<UInt128> actual, int expectedAt, int actualAt, List<(int, int)> pairs)
    {
        int nextExpected = 0;
        int nextActual = 0;
        foreach ((int i, int j) in Anchors(expected, actual))
        {
            Align(expected[nextExpected..i], actual[nextActual..j], expectedAt + nextExpected, actualAt + nextActual, pairs, isGap: true);
            pairs.Add((expectedAt + i, actualAt + j));
            (nextExpected, nextActual) = (i + 1, j + 1);
        }

        Align(expected[nextExpected..], actual[nextActual..], expectedAt + nextExpected, actualAt + nextActual, pairs, isGap: true);
    }

    private static List<(int Expected, int Actual)> Anchors(ReadOnlySpan<UInt128> expected, ReadOnlySpan<UInt128> actual)
    {
        Dictionary<(UInt128, int), int> places = [];
        Dictionary<UInt128, int> counts = [];
        for (int j = 0; j < actual.Length; j++)
        {
            places.Add((actual[j], CollectionsMarshal.GetValueRefOrAddDefault(counts, actual[j], out _)++), j);
        }

        counts.Clear();
        List<(int Expected, int Actual)> candidates = [];
        for (int i = 0; i < expected.Length; i++)
        {
            if (places.TryGetValue((expected[i], CollectionsMarshal.GetValueRefOrAddDefault(counts, expected[i], out _)++), out int j))
            {
                candidates.Add((i, j));
            }
        }

        return LongestRising(candidates);
    }

    /// <summary>The longest run of candidates whose second indexes rise, too: patience sorting.</summary>
    private static List<(int Expected, int Actual)> LongestRising(List<(int Expected, int Actual)> candidates)
    {
        List<int> tops = []; // of each pile, the candidate on top
        int[] before = new int[candidates.Count];
        for (int c = 0; c < candidates.Count; c++)
        {
            int low = 0;
            int high = tops.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = candidates[tops[middle]].Actual < candidates[c].Actual ? (middle + 1, high) : (low, middle);
            }

            before[c] = low > 0 ? tops[low - 1] : -1;
            if (low == tops.Count)
            {
                tops.Add(c);
            }
            else
            {
                tops[low] = c;
            }
        }

        List<(int, int)> run = [];
        for (int c = tops.Count > 0 ? tops[^1] : -1; c >= 0; c = before[c])
        {
            run.Add(candidates[c]);
        }

        run.Reverse();
        return run;
    }
}
