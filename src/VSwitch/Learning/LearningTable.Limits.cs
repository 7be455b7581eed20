using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <content>How much a port or a group may hold, what a port keeps for good, and what is pinned. Nothing of it costs anything while nobody asks for it.</content>
internal sealed partial class LearningTable<TKey, TSlot>
{
    private PortTerms? _terms;
    private GroupLimits? _groups;
    private long _nextReclaim = -1; // the second from which on something may have expired; below 0: nobody knows
    private long _limitRefusals;

    internal long LimitRefusals => Volatile.Read(ref _limitRefusals);

    /// <summary>Limits what may be learned at a port from now on; what is there stays.</summary>
    /// <param name="port">A port that is plugged in.</param>
    /// <param name="max">Entries, 0 to <see cref="MaxCapacity"/>; null for no limit.</param>
    internal void SetLimit(PortId port, int? max)
    {
        CheckLimit(max);
        lock (_writing)
        {
            TermsFor(port).SetLimit(port, max);
        }
    }

    /// <summary>Limits what may be learned in a group from now on; what is there stays.</summary>
    /// <param name="group">0 to <see cref="GroupLimits.Groups"/> - 1.</param>
    /// <param name="max">Entries, 0 to <see cref="MaxCapacity"/>; null for no limit.</param>
    internal void SetGroupLimit(int group, int? max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(group, GroupLimits.Groups);
        CheckLimit(max);
        lock (_writing)
        {
            GroupLimits groups = _groups ?? CountGroups();
            groups.SetLimit(group, max);
            Volatile.Write(ref _groups, groups);
        }
    }

    /// <summary>Has what is learned at a port from now on stay there for good; what is sticky already stays so.</summary>
    internal void SetSticky(PortId port, bool isSticky)
    {
        lock (_writing)
        {
            TermsFor(port).SetSticky(port, isSticky);
        }
    }

    /// <summary>Keeps an entry from moving, or lets it move again; it ages all the same, and an expired one is free.</summary>
    /// <returns>False when there is no such entry, or it is permanent.</returns>
    internal bool TryPin(TKey key, bool isPinned)
    {
        lock (_writing)
        {
            int at = Search(key, Hash(key), out ulong value);
            if (at < 0 || LearnedValue.IsPermanent(value))
            {
                return false;
            }

            ref ulong word = ref TSlot.Value(ref _slots[at]);
            while (Interlocked.CompareExchange(ref word, LearnedValue.WithPin(value, isPinned), value) != value)
            {
                value = ValueAt(at); // a reader made it young meanwhile
            }

            return true;
        }
    }

    /// <summary>Entries of a port that <see cref="Flush"/> takes out.</summary>
    internal int HeldDynamic(PortId port) => Held(port) - (Volatile.Read(ref _terms)?.Sticky(port) ?? 0);

    private static void CheckLimit(int? max)
    {
        if (max is int limit)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(max));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxCapacity, nameof(max));
        }
    }

    /// <summary>The terms, for a change of those of a port.</summary>
    private PortTerms TermsFor(PortId port)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(port.Index, PortId.MaxPorts, nameof(port));
        PortTerms terms = _terms ?? new();
        Volatile.Write(ref _terms, terms);
        if (!terms.Has(port))
        {
            // What a burst that was under way learned at the place's former port after that one was unplugged must not count for this one. Later comers have no terms.
            RemoveWhere((_, value) => LearnedValue.Port(value) is var other && other.Index == port.Index && other != port);
        }

        return terms;
    }

    private GroupLimits CountGroups()
    {
        var groups = new GroupLimits();
        for (int at = 0; at < _slots.Length; at++)
        {
            if (IsTaken(at) && !LearnedValue.IsStatic(ValueAt(at)))
            {
                groups.Count(TSlot.Group(TSlot.KeyOf(ref _slots[at])), +1);
            }
        }

        return groups;
    }

    /// <summary>The value of an entry that is learned now.</summary>
    private ulong LearnedAt(PortId port, uint now) =>
        _terms?.IsSticky(port) == true ? LearnedValue.StickyAt(port, now) : LearnedValue.Of(port, isStatic: false, now);

    /// <summary>The limit that keeps a key from being entered at a port, or from moving to it. Without the lock it is a hint.</summary>
    /// <returns><see cref="LearnResult.Known"/> when none does.</returns>
    private LearnResult LimitAgainst(TKey key, PortId port, bool isNew)
    {
        if (Volatile.Read(ref _terms) is { } terms && !terms.HasRoom(port, Held(port)))
        {
            return LearnResult.PortLimit;
        }

        return isNew && Volatile.Read(ref _groups) is { } groups && !groups.HasRoom(TSlot.Group(key)) ? LearnResult.VlanLimit : LearnResult.Known;
    }

    private LearnResult Refuse(LearnResult limit)
    {
        Interlocked.Increment(ref _limitRefusals);
        return limit;
    }

    private bool IsReclaimDue(uint now) => Volatile.Read(ref _nextReclaim) is var next && (next < 0 || (int)(now - (uint)next) >= 0);

    /// <summary>Takes all expired entries out, unless none can have expired since the last time: once a second at most, whoever is at his limit.</summary>
    private void Reclaim(uint now)
    {
        if (!IsReclaimDue(now))
        {
            return;
        }

        int longest = 0;
        int end = EmptySlot();
        for (int at = (end - 1) & _mask; at != end; at = (at - 1) & _mask)
        {
            ulong value = ValueAt(at);
            if (!IsTaken(at) || LearnedValue.IsPermanent(value))
            {
                continue;
            }

            if (IsExpired(value, now))
            {
                Remove(at);
            }
            else
            {
                longest = Math.Max(longest, (int)(now - LearnedValue.Stamp(value)));
            }
        }

        // Entries get younger, never older: the next to expire is the one that was silent longest, at the earliest.
        Volatile.Write(ref _nextReclaim, now - (uint)longest + (uint)_ageingSeconds + 1);
    }

    /// <summary>Counts an entry in or out, with its port and its group. A static one is nobody's.</summary>
    private void CountLearned(TKey key, ulong value, int change)
    {
        if (!LearnedValue.IsStatic(value))
        {
            CountAtPort(value, change);
            _groups?.Count(TSlot.Group(key), change);
        }
    }

    private void CountAtPort(ulong value, int change)
    {
        PortId port = LearnedValue.Port(value);
        CountHeld(port.Index, change);
        if (LearnedValue.IsSticky(value))
        {
            _terms!.CountSticky(port, change);
        }
    }
}
