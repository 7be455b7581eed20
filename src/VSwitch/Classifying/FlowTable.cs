using System.Numerics;
using System.Runtime.Intrinsics;

namespace VSwitch.Classifying;

/// <summary>The flows that have an answer: sets of eight slots, the hash of a flow says which set. Under its owner's lock only.</summary>
/// <remarks>
/// A search looks at eight tags, whatever is in the table. Memory is taken when it is made. A flow that is new gets a slot of its set that is free or
/// silent for the ageing time; else the one that was silent longest, if that is <see cref="EvictableSeconds"/> or more; else none: who is active stays.
/// </remarks>
internal sealed class FlowTable
{
    /// <summary>A flow that was silent so long may give way to a new one.</summary>
    internal const int EvictableSeconds = 5;

    internal const int Ways = 8;

    private const int HalfOfWays = Ways / 2; // what a vector of 256 bits holds
    private const int None = -1;

    private readonly ulong[] _tags; // of one set: a cache line; 0: free
    private readonly FlowSlot[] _slots;
    private readonly int _shift;
    private readonly int _ageingSeconds;

    internal FlowTable(int capacity, int ageingSeconds)
    {
        int sets = (int)BitOperations.RoundUpToPowerOf2((uint)((capacity + Ways - 1) / Ways));
        _tags = new ulong[sets * Ways];
        _slots = new FlowSlot[sets * Ways];
        _shift = 64 - BitOperations.Log2((uint)sets);
        _ageingSeconds = ageingSeconds;
    }

    internal int Capacity => _slots.Length;

    /// <summary>Flows that are held, silent ones included whose place nobody needed yet.</summary>
    internal int Count { get; private set; }

    /// <summary>Flows that gave way to others before their time.</summary>
    internal long Evicted { get; private set; }

    /// <summary>Flows that were silent for the ageing time.</summary>
    internal long Aged { get; private set; }

    /// <summary>How often a flow found no place.</summary>
    internal long Full { get; private set; }

    internal ref FlowSlot this[int at] => ref _slots[at];

    /// <returns>Where the flow is, or a negative number. It may be silent for too long: see <see cref="IsExpired"/>.</returns>
    internal int Find(in FlowKey flow, ulong hash)
    {
        int set = SetOf(hash);
        ReadOnlySpan<ulong> tags = _tags.AsSpan(set, Ways);
        var tag = Vector256.Create(TagOf(hash));
        uint found = Vector256.Equals(Vector256.Create(tags), tag).ExtractMostSignificantBits() |
            (Vector256.Equals(Vector256.Create(tags[HalfOfWays..]), tag).ExtractMostSignificantBits() << HalfOfWays);
        while (found != 0)
        {
            int at = set + BitOperations.TrailingZeroCount(found);
            if (FlowKey.Equals(in _slots[at].Flow, in flow))
            {
                return at;
            }

            found &= found - 1;
        }

        return None;
    }

    // Signed: whoever read the clock a little earlier must not see the future as very old.
    internal bool IsExpired(int at, uint now) => Silent(at, now) > _ageingSeconds;

    /// <summary>Gives a place to a flow that has none, or a new life to one that was silent for too long.</summary>
    /// <returns>The place, all but flow and second zero; negative when there is none.</returns>
    internal int Enter(in FlowKey flow, ulong hash, uint now)
    {
        int at = Find(flow, hash);
        if (at < 0)
        {
            at = FindPlace(SetOf(hash), now);
            if (at < 0)
            {
                Full++;
                return None;
            }
        }
        else
        {
            Aged++;
        }

        _tags[at] = TagOf(hash);
        _slots[at] = new() { Flow = flow, Stamp = now };
        return at;
    }

    /// <summary>Calls for each flow that is not silent for too long.</summary>
    internal void Visit(uint now, Action<FlowSlot> visit)
    {
        for (int at = 0; at < _slots.Length; at++)
        {
            if (_tags[at] != 0 && !IsExpired(at, now))
            {
                visit(_slots[at]);
            }
        }
    }

    private int FindPlace(int set, uint now)
    {
        int oldest = set;
        for (int at = set; at < set + Ways; at++)
        {
            if (_tags[at] == 0)
            {
                Count++;
                return at;
            }

            oldest = Silent(at, now) > Silent(oldest, now) ? at : oldest;
        }

        if (IsExpired(oldest, now))
        {
            Aged++;
            return oldest;
        }

        if (Silent(oldest, now) < EvictableSeconds)
        {
            return None;
        }

        Evicted++;
        return oldest;
    }

    private int Silent(int at, uint now) => (int)(now - _slots[at].Stamp);

    // The upper bits choose the set, and all are compared; a shift by 64 would be one by 0.
    private int SetOf(ulong hash) => _shift == 64 ? 0 : (int)(hash >> _shift) * Ways;

    private static ulong TagOf(ulong hash) => hash | 1;
}
