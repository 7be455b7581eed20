using System.Numerics;
using System.Runtime.CompilerServices;
using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>Which port each station is behind, learned from the sources of frames (independent VLAN learning).</summary>
/// <remarks>
/// Any number of threads may search, learn and read at once; searching takes no lock. Time is given by the caller in whole seconds since
/// any fixed moment. Source: IEEE Std 802.1Q-2018, clause 8.8 (filtering database). The README of this folder has the theory of operation.
/// </remarks>
public sealed partial class FilteringDatabase
{
    /// <summary>Stations that a database holds when nothing else is said.</summary>
    public const int DefaultCapacity = 8192;

    /// <summary>The most stations that a database can be made for.</summary>
    public const int MaxCapacity = 1 << 20;

    /// <summary>How long a silent station stays known when nothing else is said (802.1Q, table 8-6).</summary>
    public static readonly TimeSpan DefaultAgeingTime = TimeSpan.FromSeconds(300);

    private readonly FilteringSlot[] _slots;
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

    /// <summary>Makes an empty database; its memory is taken now and never grows.</summary>
    /// <param name="capacity">Stations, 1 to <see cref="MaxCapacity"/>.</param>
    /// <param name="ageingTime">1 s to 1,000,000 s; default 300 s.</param>
    /// <param name="hashSeed">Scatters the entries; a secret one keeps an attacker from aiming at one place of the table.</param>
    public FilteringDatabase(int capacity = DefaultCapacity, TimeSpan? ageingTime = null, ulong hashSeed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        TimeSpan ageing = ageingTime ?? DefaultAgeingTime;
        ArgumentOutOfRangeException.ThrowIfLessThan(ageing, TimeSpan.FromSeconds(1), nameof(ageingTime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ageing, TimeSpan.FromSeconds(1_000_000), nameof(ageingTime));

        Capacity = capacity;
        AgeingTime = ageing;
        _ageingSeconds = (int)Math.Ceiling(ageing.TotalSeconds);
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 8) * 2); // at most half full: short searches
        _slots = new FilteringSlot[slots];
        _mask = slots - 1;
        _seed = hashSeed;
    }

    /// <summary>Stations that fit.</summary>
    public int Capacity { get; }

    /// <summary>How long a silent station stays known.</summary>
    public TimeSpan AgeingTime { get; }

    /// <summary>Stations that are held now, silent ones that no sweep has met yet included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How often a station was heard at another port than before.</summary>
    public long Moves => Volatile.Read(ref _moves);

    /// <summary>Frames whose source was not learned because the database was full.</summary>
    public long NotLearned => Volatile.Read(ref _notLearned);

    /// <summary>Entries that gave way to a station of a port that held less than its share.</summary>
    public long Displaced => Volatile.Read(ref _displaced);

    /// <summary>Where a search for a station begins.</summary>
    internal int Home(StationKey station)
    {
        ulong high = Math.BigMul(station.Value ^ _seed, 0x9E37_79B9_7F4A_7C15, out ulong low);
        return (int)(high ^ low) & _mask;
    }

    /// <summary>Says where the searches for a burst of stations begin, and asks for the memory there all at once, so that the waits for it overlap.</summary>
    /// <param name="stations">The stations.</param>
    /// <param name="homes">Takes <see cref="Home"/> of each.</param>
    /// <returns>Nothing that means anything: it keeps the loads alive.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal ulong Locate(ReadOnlySpan<StationKey> stations, Span<int> homes)
    {
        ulong touched = 0;
        for (int i = 0; i < stations.Length; i++)
        {
            int home = Home(stations[i]);
            homes[i] = home;
            touched ^= _slots[home].Key;
        }

        return touched;
    }

    /// <summary>Finds the port that last received a frame from a station.</summary>
    /// <param name="station">An individual address; a group address is never found.</param>
    /// <param name="home"><see cref="Home"/> of it.</param>
    /// <param name="now">Seconds.</param>
    /// <returns><see cref="PortId.None"/> when never learned, or silent for longer than the ageing time.</returns>
    internal PortId Find(StationKey station, int home, uint now) =>
        (IsAt(home, station, out ulong value) || Search(station, home, out value) >= 0) && !IsExpired(value, now)
            ? FilteringSlot.Port(value)
            : PortId.None;

    /// <inheritdoc cref="Find(StationKey, int, uint)"/>
    internal PortId Find(StationKey station, uint now) => Find(station, Home(station), now);

    /// <summary>Notes that a frame of a station came in at a port.</summary>
    /// <param name="station">A source that is neither a group address nor zero.</param>
    /// <param name="home"><see cref="Home"/> of it.</param>
    /// <param name="port">Where it was heard.</param>
    /// <param name="now">Seconds.</param>
    internal LearnResult Learn(StationKey station, int home, PortId port, uint now)
    {
        int at = IsAt(home, station, out ulong value) ? home : Search(station, home, out value);
        if (at < 0)
        {
            return LearnSlow(station, home, port, now);
        }

        if (FilteringSlot.Port(value) != port)
        {
            return FilteringSlot.IsStatic(value) ? LearnResult.StaticElsewhere : LearnSlow(station, home, port, now);
        }

        if (FilteringSlot.Stamp(value) != now && !FilteringSlot.IsStatic(value))
        {
            // Lost to another thread: it moved or refreshed the entry this very moment, which is as good.
            Interlocked.CompareExchange(ref _slots[at].Value, FilteringSlot.WithStamp(value, now), value);
        }

        return LearnResult.Known;
    }

    /// <inheritdoc cref="Learn(StationKey, int, PortId, uint)"/>
    internal LearnResult Learn(StationKey station, PortId port, uint now) => Learn(station, Home(station), port, now);

    /// <summary>Whether a slot holds a station: at three of four, a search ends where it begins.</summary>
    private bool IsAt(int slot, StationKey station, out ulong value)
    {
        ref FilteringSlot there = ref _slots[slot];
        ulong key = Volatile.Read(ref there.Key);
        value = Volatile.Read(ref there.Value);
        return FilteringSlot.Matches(key, station) && FilteringSlot.BelongTogether(key, value);
    }

    /// <returns>The slot that holds the station, or -1; <paramref name="value"/> was written for it, and for no other occupant.</returns>
    private int Search(StationKey station, int home, out ulong value)
    {
        int shifting = Volatile.Read(ref _shifting);
        int at = SearchOnce(station, home, out value);
        return at < 0 && (shifting % 2 != 0 || shifting != Volatile.Read(ref _shifting)) ? SearchAgain(station, home, out value) : at;
    }

    /// <summary>Entries moved while they were searched, and the station may have passed us by. Never waits for the writer.</summary>
    private int SearchAgain(StationKey station, int home, out ulong value)
    {
        int at = -1;
        value = 0;
        for (int i = 0; i < 4 && at < 0; i++)
        {
            at = SearchOnce(station, home, out value);
        }

        return at;
    }

    private int SearchOnce(StationKey station, int home, out ulong value)
    {
        FilteringSlot[] slots = _slots;
        int at = home;
        while (true)
        {
            ulong key = Volatile.Read(ref slots[at].Key);
            if (FilteringSlot.Matches(key, station))
            {
                value = Volatile.Read(ref slots[at].Value);
                if (FilteringSlot.BelongTogether(key, value))
                {
                    return at;
                }

                continue; // the slot changed its occupant between the two reads: its key is another by now
            }

            if (key == FilteringSlot.Empty)
            {
                value = 0;
                return -1;
            }

            at = (at + 1) & _mask;
        }
    }

    // Signed: a thread whose clock reading is a little older than another's must not see the future as very old.
    private bool IsExpired(ulong value, uint now) =>
        (int)(now - FilteringSlot.Stamp(value)) > _ageingSeconds && !FilteringSlot.IsStatic(value);
}
