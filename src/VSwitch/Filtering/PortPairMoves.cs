using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>How many stations moved between two ports within a second, for the busiest pairs of ports: many between two say that these two are connected outside.</summary>
/// <remarks>One thread at a time. The second slides in steps of 50 ms: what is counted happened within the last 950 to 1,000 ms.</remarks>
internal sealed class PortPairMoves
{
    /// <summary>Pairs that are counted at once; the one that was silent longest gives way.</summary>
    internal const int Capacity = 64;

    private const int Steps = 20;
    private const int StepMilliseconds = 1000 / Steps;

    private readonly ulong[] _pairs = new ulong[Capacity];
    private readonly Tally[] _tallies = new Tally[Capacity];
    private readonly int[] _moves = new int[Capacity * Steps];
    private int _count;

    /// <summary>Counts a move, in either direction.</summary>
    internal void Note(PortId from, PortId to, long nowMilliseconds)
    {
        ulong pair = ((ulong)Math.Min(from.Value, to.Value) << 32) | Math.Max(from.Value, to.Value);
        int at = _pairs.AsSpan(0, _count).IndexOf(pair);
        if (at < 0)
        {
            at = _count < Capacity ? _count++ : SilentLongest();
            _pairs[at] = pair;
            _tallies[at] = default;
            _moves.AsSpan(at * Steps, Steps).Clear();
        }

        ref Tally tally = ref _tallies[at];
        Slide(ref tally, _moves.AsSpan(at * Steps, Steps), nowMilliseconds / StepMilliseconds);
    }

    /// <summary>Finds the pair with the most moves in any second since it was told last, and begins anew with it.</summary>
    /// <param name="threshold">Moves that a pair must have had.</param>
    /// <param name="a">One port, when the result is true.</param>
    /// <param name="b">The other.</param>
    internal bool TryTakeBusiest(int threshold, out PortId a, out PortId b)
    {
        int busiest = -1;
        int most = threshold - 1;
        for (int at = 0; at < _count; at++)
        {
            if (_tallies[at].Peak > most)
            {
                (busiest, most) = (at, _tallies[at].Peak);
            }
        }

        (a, b) = (PortId.None, PortId.None);
        if (busiest < 0)
        {
            return false;
        }

        (a, b) = (new((uint)(_pairs[busiest] >> 32)), new((uint)_pairs[busiest]));
        _tallies[busiest] = new() { Step = _tallies[busiest].Step };
        _moves.AsSpan(busiest * Steps, Steps).Clear();
        return true;
    }

    /// <summary>Forgets the steps that have left the second, and counts one move in the present one.</summary>
    private static void Slide(ref Tally tally, Span<int> moves, long step)
    {
        for (long passed = Math.Max(tally.Step + 1, step - Steps + 1); passed <= step; passed++)
        {
            ref int left = ref moves[(int)(passed % Steps)];
            tally.Sum -= left;
            left = 0;
        }

        tally.Step = Math.Max(tally.Step, step); // a reading that is a little older than another thread's counts as the same
        moves[(int)(tally.Step % Steps)]++;
        tally.Sum++;
        tally.Peak = Math.Max(tally.Peak, tally.Sum);
    }

    private int SilentLongest()
    {
        int longest = 0;
        for (int at = 1; at < _count; at++)
        {
            longest = _tallies[at].Step < _tallies[longest].Step ? at : longest;
        }

        return longest;
    }

    private struct Tally
    {
        /// <summary>When the last move was, in steps.</summary>
        internal long Step;

        /// <summary>Moves within the second until then.</summary>
        internal int Sum;

        /// <summary>The most that there were.</summary>
        internal int Peak;
    }
}
