using System.Diagnostics;
using System.Runtime.CompilerServices;
using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <content>Entries whose slot keeps one word more: what a caller wants to know of a key beside where it is.</content>
internal sealed partial class LearningTable<TKey, TSlot>
{
    /// <summary>Finds an entry with its extra word.</summary>
    /// <param name="key">One that may be learned; another is never found.</param>
    /// <param name="hash"><see cref="Hash"/> of it.</param>
    /// <param name="now">Seconds.</param>
    /// <param name="value">Where it is and when it was heard (<see cref="LearnedValue"/>).</param>
    /// <param name="extra">The word that was written for this occupant.</param>
    /// <returns>The slot, to be given to <see cref="Refresh"/>; -1 when never learned, or silent for longer than the ageing time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Find(TKey key, ulong hash, uint now, out ulong value, out ulong extra)
    {
        int at = (int)hash & _mask;
        if (IsAt(at, key, hash, out ulong before))
        {
            extra = TSlot.Extra(ref _slots[at]);
            value = ValueAt(at);
            if (LearnedValue.IsOfOneOccupant(before, value))
            {
                return IsExpired(value, now) ? -1 : at;
            }
        }

        return FindSlow(key, hash, now, out value, out extra);
    }

    /// <summary>Makes an entry young again, at most once a second; lock-free.</summary>
    /// <param name="slot">From <see cref="Find(TKey, ulong, uint, out ulong, out ulong)"/>.</param>
    /// <param name="value">From the same.</param>
    /// <param name="now">Seconds.</param>
    internal void Refresh(int slot, ulong value, uint now)
    {
        if (LearnedValue.Stamp(value) != now && !LearnedValue.IsPermanent(value))
        {
            // Lost to another thread: it moved or refreshed the entry this very moment, which is as good.
            Interlocked.CompareExchange(ref TSlot.Value(ref _slots[slot]), LearnedValue.WithStamp(value, now), value);
        }
    }

    /// <summary>There is room for one more entry of a port, be it at another's expense. A hint: it takes no lock.</summary>
    internal bool HasRoomFor(PortId port) => Count < Capacity || IsBelowShare(port);

    /// <summary>Counts a key that was not learned, since <see cref="HasRoomFor"/> said no.</summary>
    internal void CountNotLearned() => Interlocked.Increment(ref _notLearned);

    /// <summary>Enters a key, or gives its entry this port, this extra word and this moment, all at once for readers. A static entry stays as it is.</summary>
    internal LearnResult Put(TKey key, ulong hash, PortId port, ulong extra, uint now)
    {
        Debug.Assert(TSlot.IsLearnable(key));
        lock (_writing)
        {
            int at = Search(key, hash, out ulong value);
            if (at < 0)
            {
                return Enter(key, hash, LearnedValue.Of(port, isStatic: false, now), extra, now);
            }

            if (LearnedValue.IsPermanent(value))
            {
                return LearnedValue.Port(value) == port ? LearnResult.Known : LearnResult.StaticElsewhere;
            }

            if (LearnedValue.Port(value) == port)
            {
                TSlot.SetExtra(ref _slots[at], extra);
                Volatile.Write(ref TSlot.Value(ref _slots[at]), LearnedValue.WithStamp(value, now));
                return LearnResult.Known;
            }

            Replace(at, value, port, extra, now);
            return LearnResult.Moved;
        }
    }

    /// <summary>Changes the extra word of an entry, static or learned, and nothing else.</summary>
    /// <returns>False when there is no such entry.</returns>
    internal bool TrySetExtra(TKey key, ulong hash, ulong extra)
    {
        lock (_writing)
        {
            int at = Search(key, hash, out _);
            if (at >= 0)
            {
                TSlot.SetExtra(ref _slots[at], extra);
            }

            return at >= 0;
        }
    }

    /// <summary>Port and extra word are two words: the entry becomes its slot's next occupant, so that no reader sees the one without the other.</summary>
    private void Replace(int at, ulong value, PortId port, ulong extra, uint now)
    {
        CountHeld(LearnedValue.Port(value).Index, -1);
        CountHeld(port.Index, +1);
        if (!IsExpired(value, now))
        {
            Interlocked.Increment(ref _moves);
        }

        ref TSlot slot = ref _slots[at];
        Interlocked.Increment(ref _shifting);
        TSlot.Occupy(ref slot, TSlot.KeyOf(ref slot), TSlot.HashOf(ref slot, _seed), LearnedValue.Of(port, isStatic: false, now), extra);
        Interlocked.Increment(ref _shifting);
    }

    private int FindSlow(TKey key, ulong hash, uint now, out ulong value, out ulong extra)
    {
        for (int i = 0; i < 4; i++)
        {
            int at = Search(key, hash, out ulong before);
            if (at < 0)
            {
                break;
            }

            extra = TSlot.Extra(ref _slots[at]);
            value = ValueAt(at);
            if (LearnedValue.IsOfOneOccupant(before, value))
            {
                return IsExpired(value, now) ? -1 : at;
            }
        }

        (value, extra) = (0, 0);
        return -1;
    }
}
