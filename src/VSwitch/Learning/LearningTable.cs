using System.Numerics;
using System.Runtime.CompilerServices;
using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <summary>Which port each source is behind: one bounded array, searched without a lock. The one mechanism of learning, whatever the key.</summary>
/// <typeparam name="TKey">A station in a VLAN, an IP address.</typeparam>
/// <typeparam name="TSlot">How such a key is kept.</typeparam>
/// <remarks>
/// Any number of threads may search, learn and read at once. Time is given by the caller in whole seconds since any fixed moment. The README of this
/// folder has the theory of operation.
/// </remarks>
internal sealed partial class LearningTable<TKey, TSlot>
    where TKey : unmanaged, IEquatable<TKey>
    where TSlot : struct, ILearningSlot<TSlot, TKey>
{
    /// <summary>The most entries that a table can be made for.</summary>
    internal const int MaxCapacity = 1 << 20;

    private const ulong Empty = 0; // the tag of a slot that ends every search

    private readonly TSlot[] _slots;
    private readonly int _mask;
    private readonly ulong _seed;
    private readonly int _ageingSeconds;
    private readonly Lock _writing = new();
    private readonly int[] _held = new int[PortId.MaxPorts];
    private int _count;
    private int _portsHolding;
    private int _portsSeen;
    private int _hand;
    private int _sweep;
    private int _shifting; // odd while entries are being moved; see Remove
    private long _moves;
    private long _notLearned;
    private long _displaced;

    /// <summary>Makes an empty table; its memory is taken now and never grows.</summary>
    /// <param name="capacity">Entries, 1 to <see cref="MaxCapacity"/>.</param>
    /// <param name="ageingTime">1 s to 1,000,000 s.</param>
    /// <param name="hashSeed">Scatters the entries.</param>
    internal LearningTable(int capacity, TimeSpan ageingTime, ulong hashSeed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        ArgumentOutOfRangeException.ThrowIfLessThan(ageingTime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ageingTime, TimeSpan.FromSeconds(1_000_000));

        Capacity = capacity;
        AgeingTime = ageingTime;
        _ageingSeconds = (int)Math.Ceiling(ageingTime.TotalSeconds);
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 8) * 2); // at most half full: short searches
        _slots = new TSlot[slots];
        _mask = slots - 1;
        _seed = hashSeed;
    }

    internal int Capacity { get; }

    internal TimeSpan AgeingTime { get; }

    internal int Count => Volatile.Read(ref _count);

    internal long Moves => Volatile.Read(ref _moves);

    internal long NotLearned => Volatile.Read(ref _notLearned);

    internal long Displaced => Volatile.Read(ref _displaced);

    /// <summary>What a search for a key begins with.</summary>
    internal ulong Hash(TKey key) => TSlot.Hash(key, _seed);

    /// <summary>Finds the port that a key was last heard at.</summary>
    /// <param name="key">One that may be learned; another is never found.</param>
    /// <param name="hash"><see cref="Hash"/> of it.</param>
    /// <param name="now">Seconds.</param>
    /// <returns><see cref="PortId.None"/> when never learned, or silent for longer than the ageing time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // with Learn: 4 of 41 ns a frame of steps 2 to 4
    internal PortId Find(TKey key, ulong hash, uint now) =>
        IsAt(Probe(key, hash), key, hash, out ulong value) && !IsExpired(value, now) ? LearnedValue.Port(value) : FindSlow(key, hash, now);

    /// <inheritdoc cref="Find(TKey, ulong, uint)"/>
    internal PortId Find(TKey key, uint now) => Find(key, Hash(key), now);

    /// <summary>Notes that a key was heard at a port.</summary>
    /// <param name="key">One that may be learned.</param>
    /// <param name="hash"><see cref="Hash"/> of it.</param>
    /// <param name="port">Where it was heard.</param>
    /// <param name="now">Seconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as Find
    internal LearnResult Learn(TKey key, ulong hash, PortId port, uint now) =>
        IsAt(Probe(key, hash), key, hash, out ulong value) && LearnedValue.IsUpToDate(value, port, now)
            ? LearnResult.Known
            : Relearn(key, hash, port, now);

    /// <inheritdoc cref="Learn(TKey, ulong, PortId, uint)"/>
    internal LearnResult Learn(TKey key, PortId port, uint now) => Learn(key, Hash(key), port, now);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PortId FindSlow(TKey key, ulong hash, uint now) =>
        Search(key, hash, out ulong value) >= 0 && !IsExpired(value, now) ? LearnedValue.Port(value) : PortId.None;

    /// <summary>The key is elsewhere, or not there, or was not heard in this second at this port, or is no plain entry.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private LearnResult Relearn(TKey key, ulong hash, PortId port, uint now)
    {
        int at = Search(key, hash, out ulong value);
        if (at < 0)
        {
            return LearnSlow(key, hash, port, now, at, value);
        }

        if (LearnedValue.Port(value) != port)
        {
            return LearnElsewhere(key, hash, port, now, at, value);
        }

        return LearnedValue.Stamp(value) == now ? LearnResult.Known : Renew(key, hash, port, now, at, value);
    }

    /// <summary>Where most searches end: the first slot, or else the second. Which of them cannot be predicted, so it is no branch that decides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Probe(TKey key, ulong hash)
    {
        int first = (int)hash & _mask;
        int steps = TSlot.IsTagOf(TSlot.Tag(ref _slots[first]), key, hash) ? 0 : 1;
        return (first + steps) & _mask;
    }

    /// <summary>Whether a slot holds a key: at three of four, a search ends where it begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // 1.3 of 38 ns a frame of steps 2 to 4
    private bool IsAt(int slot, TKey key, ulong hash, out ulong value)
    {
        ref TSlot there = ref _slots[slot];
        ulong tag = Volatile.Read(ref TSlot.Tag(ref there));
        bool hasKey = TSlot.HasKey(ref there, key);
        value = Volatile.Read(ref TSlot.Value(ref there));
        return TSlot.IsTagOf(tag, key, hash) & hasKey & LearnedValue.BelongTogether(tag, value);
    }

    /// <returns>The slot that holds the key, or -1; <paramref name="value"/> was written for it, and for no other occupant.</returns>
    private int Search(TKey key, ulong hash, out ulong value)
    {
        int shifting = Volatile.Read(ref _shifting);
        int at = SearchOnce(key, hash, out value);
        return at < 0 && (shifting % 2 != 0 || shifting != Volatile.Read(ref _shifting)) ? SearchAgain(key, hash, out value) : at;
    }

    /// <summary>Entries moved while they were searched, and the key may have passed us by. Never waits for the writer.</summary>
    private int SearchAgain(TKey key, ulong hash, out ulong value)
    {
        int at = -1;
        value = 0;
        for (int i = 0; i < 4 && at < 0; i++)
        {
            at = SearchOnce(key, hash, out value);
        }

        return at;
    }

    private int SearchOnce(TKey key, ulong hash, out ulong value)
    {
        TSlot[] slots = _slots;
        int at = (int)hash & _mask;
        while (true)
        {
            ulong tag = Volatile.Read(ref TSlot.Tag(ref slots[at]));
            if (TSlot.IsTagOf(tag, key, hash))
            {
                bool hasKey = TSlot.HasKey(ref slots[at], key);
                value = Volatile.Read(ref TSlot.Value(ref slots[at]));
                if (!LearnedValue.BelongTogether(tag, value))
                {
                    continue; // the slot changed its occupant in between: its tag is another by now
                }

                if (hasKey)
                {
                    return at;
                }
            }
            else if (tag == Empty)
            {
                value = 0;
                return -1;
            }

            at = (at + 1) & _mask;
        }
    }

    // Signed: a thread whose clock reading is a little older than another's must not see the future as very old.
    private bool IsExpired(ulong value, uint now) =>
        (int)(now - LearnedValue.Stamp(value)) > _ageingSeconds && !LearnedValue.IsPermanent(value);
}
