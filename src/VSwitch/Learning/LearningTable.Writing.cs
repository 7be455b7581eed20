using System.Diagnostics;
using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <content>Everything that gives a slot to a key or takes it away: one thread at a time, under a lock.</content>
internal sealed partial class LearningTable<TKey, TSlot>
{
    private const int SweepSlots = 65_536;      // a second's share of an ageing sweep: 1 MiB, tens of microseconds
    private const int DisplacementSlots = 4096; // how far the search for an entry to displace goes
    private const int DisplacementChoice = 8;   // of so many, the one that was silent longest gives way

    /// <summary>Enters a key that never ages and never moves; an entry that was learned becomes static.</summary>
    /// <returns>False when the table is full, or the key is none that may be learned.</returns>
    internal bool TryAddStatic(TKey key, PortId port, ulong extra = 0)
    {
        if (!TSlot.IsLearnable(key))
        {
            return false;
        }

        ulong hash = Hash(key);
        lock (_writing)
        {
            int at = Search(key, hash, out _);
            if (at >= 0)
            {
                Remove(at);
            }
            else if (_count >= Capacity)
            {
                return false;
            }

            Insert(key, hash, port, isStatic: true, now: 0, extra);
            return true;
        }
    }

    /// <summary>Forgets a key, static or learned.</summary>
    /// <returns>False when it was not there.</returns>
    internal bool Remove(TKey key)
    {
        lock (_writing)
        {
            int at = Search(key, Hash(key), out _);
            if (at >= 0)
            {
                Remove(at);
            }

            return at >= 0;
        }
    }

    /// <summary>Forgets all that is behind a port.</summary>
    /// <returns>How many.</returns>
    internal int Flush(PortId port, bool includeStatic = false) =>
        RemoveWhere((_, value) => LearnedValue.Port(value) == port && (includeStatic || !LearnedValue.IsStatic(value)));

    /// <summary>Shows all entries that have not expired, under the lock.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="visit">Takes key, value word and extra word.</param>
    internal void Visit(uint now, Action<TKey, ulong, ulong> visit)
    {
        lock (_writing)
        {
            for (int at = 0; at < _slots.Length; at++)
            {
                ulong value = ValueAt(at);
                if (IsTaken(at) && !IsExpired(value, now))
                {
                    visit(TSlot.KeyOf(ref _slots[at]), value, TSlot.Extra(ref _slots[at]));
                }
            }
        }
    }

    /// <summary>Takes expired entries out, a bounded share of the table at a call; to be called about once a second.</summary>
    internal void Age(uint now)
    {
        lock (_writing)
        {
            int slots = Math.Min(SweepSlots, _slots.Length);
            for (int i = 0; i < slots; i++)
            {
                _sweep = (_sweep - 1) & _mask; // downwards: what a removal moves comes from slots that were swept already
                if (IsTaken(_sweep) && IsExpired(ValueAt(_sweep), now))
                {
                    Remove(_sweep);
                }
            }
        }
    }

    /// <summary>Dynamic entries of a port.</summary>
    internal int Held(PortId port) => Volatile.Read(ref _held[port.Index]);

    private LearnResult LearnSlow(TKey key, ulong hash, PortId port, uint now)
    {
        Debug.Assert(TSlot.IsLearnable(key));
        if (Count >= Capacity && !IsBelowShare(port) && Search(key, hash, out _) < 0)
        {
            Interlocked.Increment(ref _notLearned);
            return LearnResult.Full;
        }

        lock (_writing)
        {
            int at = Search(key, hash, out ulong value);
            return at >= 0 ? Move(at, value, port, now) : Enter(key, hash, port, extra: 0, now);
        }
    }

    private LearnResult Enter(TKey key, ulong hash, PortId port, ulong extra, uint now)
    {
        if (_count >= Capacity && !(IsBelowShare(port) && TryDisplace(now)))
        {
            Interlocked.Increment(ref _notLearned);
            return LearnResult.Full;
        }

        Insert(key, hash, port, isStatic: false, now, extra);
        return LearnResult.Learned;
    }

    private LearnResult Move(int at, ulong value, PortId port, uint now)
    {
        if (LearnedValue.IsStatic(value))
        {
            return LearnedValue.Port(value) == port ? LearnResult.Known : LearnResult.StaticElsewhere;
        }

        bool moved = LearnedValue.Port(value) != port;
        if (moved)
        {
            CountHeld(LearnedValue.Port(value).Index, -1);
            CountHeld(port.Index, +1);
            if (!IsExpired(value, now))
            {
                Interlocked.Increment(ref _moves);
            }
        }

        // Readers may refresh the age meanwhile; the move wins.
        Volatile.Write(ref TSlot.Value(ref _slots[at]), LearnedValue.WithStamp(LearnedValue.WithPort(value, port), now));
        return moved ? LearnResult.Moved : LearnResult.Known;
    }

    private void Insert(TKey key, ulong hash, PortId port, bool isStatic, uint now, ulong extra)
    {
        int at = (int)hash & _mask;
        while (IsTaken(at))
        {
            at = (at + 1) & _mask;
        }

        TSlot.Occupy(ref _slots[at], key, hash, LearnedValue.Of(port, isStatic, now), extra);
        Volatile.Write(ref _count, _count + 1);
        if (!isStatic)
        {
            CountHeld(port.Index, +1);
        }
    }

    /// <summary>Takes an entry out and closes the gap, so that searches stay short for ever (backward shift).</summary>
    private void Remove(int at)
    {
        ulong value = ValueAt(at);
        Volatile.Write(ref _count, _count - 1);
        if (!LearnedValue.IsStatic(value))
        {
            CountHeld(LearnedValue.Port(value).Index, -1);
        }

        Interlocked.Increment(ref _shifting);
        int gap = at;
        for (int next = (gap + 1) & _mask; IsTaken(next); next = (next + 1) & _mask)
        {
            // An entry may move forward to the gap unless the gap lies before its home.
            ulong hash = TSlot.HashOf(ref _slots[next], _seed);
            if (((next - (int)hash) & _mask) >= ((next - gap) & _mask))
            {
                // It is in both until the old place is overwritten.
                TSlot.Occupy(ref _slots[gap], TSlot.KeyOf(ref _slots[next]), hash, ValueAt(next), TSlot.Extra(ref _slots[next]));
                gap = next;
            }
        }

        Volatile.Write(ref TSlot.Tag(ref _slots[gap]), Empty); // the value stays, for the sake of its occupancy number
        Interlocked.Increment(ref _shifting);
    }

    /// <summary>Forgets what answers to a condition on key and value word.</summary>
    /// <returns>How many.</returns>
    internal int RemoveWhere(Func<TKey, ulong, bool> matches)
    {
        int removed = 0;
        lock (_writing)
        {
            // Downwards from an empty slot: a removal moves nothing from slots that are still to be visited.
            int end = 0;
            while (IsTaken(end))
            {
                end++;
            }

            for (int at = (end - 1) & _mask; at != end; at = (at - 1) & _mask)
            {
                if (IsTaken(at) && matches(TSlot.KeyOf(ref _slots[at]), ValueAt(at)))
                {
                    Remove(at);
                    removed++;
                }
            }
        }

        return removed;
    }

    private bool IsTaken(int at) => TSlot.Tag(ref _slots[at]) != Empty;

    private ulong ValueAt(int at) => Volatile.Read(ref TSlot.Value(ref _slots[at]));

    private void CountHeld(int port, int change)
    {
        int before = _held[port];
        _held[port] = before + change;
        _portsHolding += before == 0 ? 1 : before + change == 0 ? -1 : 0;
        _portsSeen = Math.Max(_portsSeen, port + 1);
    }

    /// <summary>In a full table every port is entitled to an equal share of it.</summary>
    private bool IsBelowShare(PortId port)
    {
        int held = Volatile.Read(ref _held[port.Index]);
        int ports = Volatile.Read(ref _portsHolding) + (held == 0 ? 1 : 0);
        return held < Capacity / Math.Max(1, ports);
    }

    /// <summary>Makes room at the expense of the port that holds most: of its entries, one that was silent for long.</summary>
    private bool TryDisplace(uint now)
    {
        int greediest = _held.AsSpan(0, _portsSeen).IndexOf(Max(_held.AsSpan(0, _portsSeen)));
        int victim = -1;
        int longest = 0;
        int seen = 0;
        for (int i = 0; i < DisplacementSlots && seen < DisplacementChoice; i++)
        {
            _hand = (_hand + 1) & _mask;
            ulong value = ValueAt(_hand);
            if (!IsTaken(_hand) || LearnedValue.IsStatic(value) || LearnedValue.Port(value).Index != greediest)
            {
                continue;
            }

            seen++;
            int silent = (int)(now - LearnedValue.Stamp(value)); // signed: see IsExpired
            if (victim < 0 || silent > longest)
            {
                (victim, longest) = (_hand, silent);
            }
        }

        if (victim < 0)
        {
            return false;
        }

        Remove(victim);
        Interlocked.Increment(ref _displaced);
        return true;
    }

    private static int Max(ReadOnlySpan<int> held)
    {
        int max = 0;
        foreach (int h in held)
        {
            max = Math.Max(max, h);
        }

        return max;
    }
}
