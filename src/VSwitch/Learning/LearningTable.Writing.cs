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

            Insert(key, hash, LearnedValue.Of(port, isStatic: true, now: 0), extra);
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

    /// <summary>Forgets what is behind a port and not permanent, or all of it together with the port's terms: nobody who gets its place inherits them.</summary>
    /// <returns>How many.</returns>
    internal int Flush(PortId port, bool includeStatic = false)
    {
        lock (_writing)
        {
            if (includeStatic)
            {
                _terms?.Forget(port);
            }
            else if (port.Index < PortId.MaxPorts && HeldDynamic(port) == 0)
            {
                return 0;
            }

            return RemoveWhere((_, value) => LearnedValue.Port(value) == port && (includeStatic || !LearnedValue.IsPermanent(value)));
        }
    }

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

    /// <summary>Entries of a port that were learned, sticky ones included.</summary>
    internal int Held(PortId port) => Volatile.Read(ref _held[port.Index]);

    private LearnResult LearnElsewhere(TKey key, ulong hash, PortId port, uint now, int at, ulong value) =>
        LearnedValue.IsPermanent(value) ? LearnResult.StaticElsewhere
        : LearnedValue.IsPinned(value) && !IsExpired(value, now) ? LearnResult.Held
        : LearnSlow(key, hash, port, now, at, value);

    /// <summary>An entry of the same port was not heard in this second; one that has expired is learned anew.</summary>
    private LearnResult Renew(TKey key, ulong hash, PortId port, uint now, int at, ulong value)
    {
        if (IsExpired(value, now))
        {
            return LearnSlow(key, hash, port, now, at, value);
        }

        Refresh(at, value, now);
        return LearnResult.Known;
    }

    /// <summary>A search found nothing, or an entry that has expired or is elsewhere.</summary>
    private LearnResult LearnSlow(TKey key, ulong hash, PortId port, uint now, int at, ulong value)
    {
        Debug.Assert(TSlot.IsLearnable(key));
        LearnResult limit = LimitAgainst(key, port, isNew: at < 0 || IsExpired(value, now));
        if (limit != LearnResult.Known && !IsReclaimDue(now))
        {
            return Refuse(limit);
        }

        if (limit == LearnResult.Known && at < 0 && Count >= Capacity && !IsBelowShare(port))
        {
            Interlocked.Increment(ref _notLearned);
            return LearnResult.Full;
        }

        lock (_writing)
        {
            if (limit != LearnResult.Known)
            {
                Reclaim(now); // before the search: it moves entries
            }

            at = Search(key, hash, out value);
            if (at >= 0)
            {
                return Move(key, at, value, port, now);
            }

            limit = LimitAgainst(key, port, isNew: true);
            return limit == LearnResult.Known ? Enter(key, hash, LearnedAt(port, now), extra: 0, now) : Refuse(limit);
        }
    }

    private LearnResult Enter(TKey key, ulong hash, ulong value, ulong extra, uint now)
    {
        if (_count >= Capacity && !(IsBelowShare(LearnedValue.Port(value)) && TryDisplace(now)))
        {
            Interlocked.Increment(ref _notLearned);
            return LearnResult.Full;
        }

        Insert(key, hash, value, extra);
        return LearnResult.Learned;
    }

    /// <summary>Has an entry be what it would be, were it learned at a port now; one that has expired is as good as none.</summary>
    private LearnResult Move(TKey key, int at, ulong value, PortId port, uint now)
    {
        bool isHere = LearnedValue.Port(value) == port;
        bool isExpired = IsExpired(value, now);
        if (LearnedValue.IsPermanent(value) || (isHere && !isExpired))
        {
            Refresh(at, value, now); // another thread was faster
            return isHere ? LearnResult.Known : LearnResult.StaticElsewhere;
        }

        if (LearnedValue.IsPinned(value) && !isExpired)
        {
            return LearnResult.Held;
        }

        LearnResult limit = isHere ? LearnResult.Known : LimitAgainst(key, port, isNew: isExpired);
        if (limit != LearnResult.Known)
        {
            return Refuse(limit);
        }

        ulong learned = LearnedAt(port, now);
        CountAtPort(value, -1);
        CountAtPort(learned, +1);
        if (!isExpired)
        {
            Interlocked.Increment(ref _moves);
        }

        // Readers may refresh the age meanwhile; the move wins.
        Volatile.Write(ref TSlot.Value(ref _slots[at]), LearnedValue.WithOccupancy(learned, value & LearnedValue.OccupancyMask));
        return isExpired ? LearnResult.Learned : LearnResult.Moved;
    }

    private void Insert(TKey key, ulong hash, ulong value, ulong extra)
    {
        int at = (int)hash & _mask;
        while (IsTaken(at))
        {
            at = (at + 1) & _mask;
        }

        TSlot.Occupy(ref _slots[at], key, hash, value, extra);
        Volatile.Write(ref _count, _count + 1);
        CountLearned(key, value, +1);
    }

    /// <summary>Takes an entry out and closes the gap, so that searches stay short for ever (backward shift).</summary>
    private void Remove(int at)
    {
        Volatile.Write(ref _count, _count - 1);
        CountLearned(TSlot.KeyOf(ref _slots[at]), ValueAt(at), -1);
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
            int end = EmptySlot();
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

    /// <summary>Where a walk over all slots begins, downwards: then a removal moves nothing from slots that are still to be visited.</summary>
    private int EmptySlot()
    {
        int at = 0;
        while (IsTaken(at))
        {
            at++;
        }

        return at;
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

    /// <summary>Makes room at the expense of the port that holds most: of its entries, one that was silent for long; where all are sticky, one that came late.</summary>
    private bool TryDisplace(uint now)
    {
        int greediest = _held.AsSpan(0, _portsSeen).IndexOf(Max(_held.AsSpan(0, _portsSeen)));
        int victim = -1;
        int best = int.MinValue;
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
            int silent = Math.Max(0, (int)(now - LearnedValue.Stamp(value))); // signed: see IsExpired
            int rank = LearnedValue.IsSticky(value) ? ~silent : silent; // sticky ones behind all others, the last comer first
            if (rank > best)
            {
                (victim, best) = (_hand, rank);
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
