using System.Diagnostics;
using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <content>Everything that gives a slot to a station or takes it away: one thread at a time, under a lock.</content>
public sealed partial class FilteringDatabase
{
    private const int SweepSlots = 65_536;      // a second's share of an ageing sweep: 1 MiB, tens of microseconds
    private const int DisplacementSlots = 4096; // how far the search for an entry to displace goes
    private const int DisplacementChoice = 8;   // of so many, the one that was silent longest gives way

    /// <summary>Enters a station that never ages and never moves; an entry that was learned becomes static.</summary>
    /// <returns>False when the database is full, or the address is a group address or zero.</returns>
    public bool TryAddStatic(StationKey station, PortId port)
    {
        if (!station.IsStation)
        {
            return false;
        }

        lock (_writing)
        {
            int at = Search(station, Home(station), out _);
            if (at >= 0)
            {
                Remove(at);
            }
            else if (_count >= Capacity)
            {
                return false;
            }

            Insert(station, Home(station), port, isStatic: true, now: 0);
            return true;
        }
    }

    /// <summary>Forgets a station, static or learned.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(StationKey station)
    {
        lock (_writing)
        {
            int at = Search(station, Home(station), out _);
            if (at >= 0)
            {
                Remove(at);
            }

            return at >= 0;
        }
    }

    /// <summary>Forgets all stations behind a port.</summary>
    /// <returns>How many.</returns>
    public int Flush(PortId port, bool includeStatic = false) =>
        RemoveWhere((_, value) => FilteringSlot.Port(value) == port && (includeStatic || !FilteringSlot.IsStatic(value)));

    /// <summary>Forgets all stations of a VLAN that were learned.</summary>
    /// <returns>How many.</returns>
    public int Flush(VlanId vlan) =>
        RemoveWhere((key, value) => FilteringSlot.Station(key).Vlan == vlan && !FilteringSlot.IsStatic(value));

    /// <summary>Forgets all stations that were learned.</summary>
    /// <returns>How many.</returns>
    public int Flush() => RemoveWhere((_, value) => !FilteringSlot.IsStatic(value));

    /// <summary>All entries that have not expired.</summary>
    /// <param name="now">Seconds, as the caller counts them elsewhere.</param>
    public IReadOnlyList<FilteringEntry> Snapshot(uint now)
    {
        var entries = new List<FilteringEntry>(Count);
        lock (_writing)
        {
            for (int at = 0; at < _slots.Length; at++)
            {
                ulong key = _slots[at].Key;
                ulong value = Volatile.Read(ref _slots[at].Value);
                if (key != FilteringSlot.Empty && !IsExpired(value, now))
                {
                    StationKey station = FilteringSlot.Station(key);
                    bool isStatic = FilteringSlot.IsStatic(value);
                    int age = isStatic ? 0 : Math.Max(0, (int)(now - FilteringSlot.Stamp(value)));
                    entries.Add(new(station.Vlan, station.Mac, FilteringSlot.Port(value), isStatic, TimeSpan.FromSeconds(age)));
                }
            }
        }

        return entries;
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
                if (_slots[_sweep].Key != FilteringSlot.Empty && IsExpired(_slots[_sweep].Value, now))
                {
                    Remove(_sweep);
                }
            }
        }
    }

    /// <summary>Dynamic entries of a port.</summary>
    internal int Held(PortId port) => Volatile.Read(ref _held[port.Index]);

    private LearnResult LearnSlow(StationKey station, int home, PortId port, uint now)
    {
        Debug.Assert(station.IsStation);
        if (Count >= Capacity && !IsBelowShare(port) && Search(station, home, out _) < 0)
        {
            Interlocked.Increment(ref _notLearned);
            return LearnResult.Full;
        }

        lock (_writing)
        {
            int at = Search(station, home, out ulong value);
            if (at >= 0)
            {
                return Move(at, value, port, now);
            }

            if (_count >= Capacity && !(IsBelowShare(port) && TryDisplace(now)))
            {
                Interlocked.Increment(ref _notLearned);
                return LearnResult.Full;
            }

            Insert(station, home, port, isStatic: false, now);
            return LearnResult.Learned;
        }
    }

    private LearnResult Move(int at, ulong value, PortId port, uint now)
    {
        if (FilteringSlot.IsStatic(value))
        {
            return FilteringSlot.Port(value) == port ? LearnResult.Known : LearnResult.StaticElsewhere;
        }

        bool moved = FilteringSlot.Port(value) != port;
        if (moved)
        {
            Held(FilteringSlot.Port(value).Index, -1);
            Held(port.Index, +1);
            if (!IsExpired(value, now))
            {
                Interlocked.Increment(ref _moves);
            }
        }

        // Readers may refresh the age meanwhile; the move wins.
        Volatile.Write(ref _slots[at].Value, FilteringSlot.WithStamp(FilteringSlot.WithPort(value, port), now));
        return moved ? LearnResult.Moved : LearnResult.Known;
    }

    private void Insert(StationKey station, int home, PortId port, bool isStatic, uint now)
    {
        int at = home;
        while (_slots[at].Key != FilteringSlot.Empty)
        {
            at = (at + 1) & _mask;
        }

        _slots[at].Occupy(station, port, isStatic, now);
        Volatile.Write(ref _count, _count + 1);
        if (!isStatic)
        {
            Held(port.Index, +1);
        }
    }

    /// <summary>Takes an entry out and closes the gap, so that searches stay short for ever (backward shift).</summary>
    private void Remove(int at)
    {
        ulong value = _slots[at].Value;
        Volatile.Write(ref _count, _count - 1);
        if (!FilteringSlot.IsStatic(value))
        {
            Held(FilteringSlot.Port(value).Index, -1);
        }

        Interlocked.Increment(ref _shifting);
        int gap = at;
        for (int next = (gap + 1) & _mask; _slots[next].Key != FilteringSlot.Empty; next = (next + 1) & _mask)
        {
            // An entry may move forward to the gap unless the gap lies before its home.
            int home = Home(FilteringSlot.Station(_slots[next].Key));
            if (((next - home) & _mask) >= ((next - gap) & _mask))
            {
                _slots[gap].TakeOver(in _slots[next]);
                gap = next;
            }
        }

        _slots[gap].Clear();
        Interlocked.Increment(ref _shifting);
    }

    private int RemoveWhere(Func<ulong, ulong, bool> matches)
    {
        int removed = 0;
        lock (_writing)
        {
            // Downwards from an empty slot: a removal moves nothing from slots that are still to be visited.
            int end = 0;
            while (_slots[end].Key != FilteringSlot.Empty)
            {
                end++;
            }

            for (int at = (end - 1) & _mask; at != end; at = (at - 1) & _mask)
            {
                if (_slots[at].Key != FilteringSlot.Empty && matches(_slots[at].Key, _slots[at].Value))
                {
                    Remove(at);
                    removed++;
                }
            }
        }

        return removed;
    }

    private void Held(int port, int change)
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
        uint longest = 0;
        int seen = 0;
        for (int i = 0; i < DisplacementSlots && seen < DisplacementChoice; i++)
        {
            _hand = (_hand + 1) & _mask;
            ulong value = _slots[_hand].Value;
            if (_slots[_hand].Key == FilteringSlot.Empty || FilteringSlot.IsStatic(value) || FilteringSlot.Port(value).Index != greediest)
            {
                continue;
            }

            seen++;
            uint silent = now - FilteringSlot.Stamp(value);
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
