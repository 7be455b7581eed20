using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <content>What a table would make of a key, tried out on a small one.</content>
internal sealed partial class LearningTable<TKey, TSlot>
{
    /// <summary>Has an empty table make of a key that is heard at a port what this one would; here nothing changes.</summary>
    /// <param name="sketch">Takes the entries of both keys, and learns at the port what may be learned here.</param>
    /// <param name="key">The key that is heard.</param>
    /// <param name="other">A key that is searched for then.</param>
    /// <param name="port">Where.</param>
    /// <param name="now">Seconds.</param>
    internal void SketchInto(LearningTable<TKey, TSlot> sketch, TKey key, TKey other, PortId port, uint now)
    {
        Copy(other, sketch, now);
        bool isKnown = Copy(key, sketch, now);
        if (Volatile.Read(ref _terms)?.IsSticky(port) == true)
        {
            sketch.SetSticky(port, isSticky: true);
        }

        LearnResult limit = LimitAgainst(key, port, isNew: !isKnown);
        if (limit == LearnResult.PortLimit)
        {
            sketch.SetLimit(port, sketch.Held(port));
        }
        else if (limit == LearnResult.VlanLimit)
        {
            sketch.SetGroupLimit(TSlot.Group(key), 0);
        }
    }

    private bool Copy(TKey key, LearningTable<TKey, TSlot> to, uint now)
    {
        if (!TSlot.IsLearnable(key) || Find(key, Hash(key), now, out ulong value, out ulong extra) < 0)
        {
            return false;
        }

        lock (to._writing)
        {
            ulong hash = to.Hash(key);
            if (to.Search(key, hash, out _) < 0)
            {
                to.Insert(key, hash, value & ~LearnedValue.OccupancyMask, extra);
            }
        }

        return true;
    }
}
