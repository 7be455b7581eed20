using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Filtering;

/// <summary>Which port each station is behind, learned from the sources of frames (independent VLAN learning).</summary>
/// <remarks>
/// Any number of threads may search, learn and read at once; searching takes no lock. Time is given by the caller in whole seconds since
/// any fixed moment. Source: IEEE Std 802.1Q-2018, clause 8.8 (filtering database). The README of the folder Learning has the theory of operation.
/// </remarks>
public sealed class FilteringDatabase
{
    /// <summary>Stations that a database holds when nothing else is said.</summary>
    public const int DefaultCapacity = 8192;

    /// <summary>The most stations that a database can be made for.</summary>
    public const int MaxCapacity = LearningTable<StationKey, FilteringSlot>.MaxCapacity;

    /// <summary>How long a silent station stays known when nothing else is said (802.1Q, table 8-6).</summary>
    public static readonly TimeSpan DefaultAgeingTime = TimeSpan.FromSeconds(300);

    /// <summary>Makes an empty database; its memory is taken now and never grows.</summary>
    /// <param name="capacity">Stations, 1 to <see cref="MaxCapacity"/>.</param>
    /// <param name="ageingTime">1 s to 1,000,000 s; default 300 s.</param>
    /// <param name="hashSeed">Scatters the entries; a secret one keeps an attacker from aiming at one place of the table.</param>
    public FilteringDatabase(int capacity = DefaultCapacity, TimeSpan? ageingTime = null, ulong hashSeed = 0) =>
        Table = new(capacity, ageingTime ?? DefaultAgeingTime, hashSeed);

    /// <summary>Stations that fit.</summary>
    public int Capacity => Table.Capacity;

    /// <summary>How long a silent station stays known.</summary>
    public TimeSpan AgeingTime => Table.AgeingTime;

    /// <summary>Stations that are held now, silent ones that no sweep has met yet included.</summary>
    public int Count => Table.Count;

    /// <summary>How often a station was heard at another port than before.</summary>
    public long Moves => Table.Moves;

    /// <summary>Frames whose source was not learned because the database was full.</summary>
    public long NotLearned => Table.NotLearned;

    /// <summary>Entries that gave way to a station of a port that held less than its share.</summary>
    public long Displaced => Table.Displaced;

    /// <summary>Where the stages learn and search.</summary>
    internal LearningTable<StationKey, FilteringSlot> Table { get; }

    /// <summary>Enters a station that never ages and never moves; an entry that was learned becomes static.</summary>
    /// <returns>False when the database is full, or the address is a group address or zero.</returns>
    public bool TryAddStatic(StationKey station, PortId port) => Table.TryAddStatic(station, port);

    /// <summary>Forgets a station, static or learned.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(StationKey station) => Table.Remove(station);

    /// <summary>Forgets all stations behind a port.</summary>
    /// <returns>How many.</returns>
    public int Flush(PortId port, bool includeStatic = false) => Table.Flush(port, includeStatic);

    /// <summary>Forgets all stations of a VLAN that were learned.</summary>
    /// <returns>How many.</returns>
    public int Flush(VlanId vlan) => Table.RemoveWhere((station, value) => station.Vlan == vlan && !LearnedValue.IsStatic(value));

    /// <summary>Forgets all stations that were learned.</summary>
    /// <returns>How many.</returns>
    public int Flush() => Table.RemoveWhere((_, value) => !LearnedValue.IsStatic(value));

    /// <summary>All entries that have not expired.</summary>
    /// <param name="now">Seconds, as the caller counts them elsewhere.</param>
    public IReadOnlyList<FilteringEntry> Snapshot(uint now)
    {
        var entries = new List<FilteringEntry>(Count);
        Table.Visit(now, (station, value, _) =>
        {
            bool isStatic = LearnedValue.IsStatic(value);
            int age = isStatic ? 0 : Math.Max(0, (int)(now - LearnedValue.Stamp(value)));
            entries.Add(new(station.Vlan, station.Mac, LearnedValue.Port(value), isStatic, TimeSpan.FromSeconds(age)));
        });
        return entries;
    }

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Age"/>
    internal void Age(uint now) => Table.Age(now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Find(TKey, uint)"/>
    internal PortId Find(StationKey station, uint now) => Table.Find(station, now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Learn(TKey, PortId, uint)"/>
    internal LearnResult Learn(StationKey station, PortId port, uint now) => Table.Learn(station, port, now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Held"/>
    internal int Held(PortId port) => Table.Held(port);
}
