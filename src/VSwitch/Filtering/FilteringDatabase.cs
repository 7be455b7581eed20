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

    /// <summary>Frames whose source was not learned because its port or its VLAN held as many stations as it may.</summary>
    public long LimitRefusals => Table.LimitRefusals;

    /// <summary>Where the stages learn and search.</summary>
    internal LearningTable<StationKey, FilteringSlot> Table { get; }

    /// <summary>Enters a station that never ages and never moves; an entry that was learned becomes static.</summary>
    /// <returns>False when the database is full, or the address is a group address or zero.</returns>
    public bool TryAddStatic(StationKey station, PortId port) => Table.TryAddStatic(station, port);

    /// <summary>Forgets a station, whatever the kind of its entry.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(StationKey station) => Table.Remove(station);

    /// <summary>Forgets the stations behind a port: the dynamic ones, or all. With all of them end the port's limit and stickiness: nobody who gets its place inherits them.</summary>
    /// <returns>How many.</returns>
    public int Flush(PortId port, bool includeStatic = false) => Table.Flush(port, includeStatic);

    /// <summary>Forgets all dynamic stations of a VLAN.</summary>
    /// <returns>How many.</returns>
    public int Flush(VlanId vlan) => Table.RemoveWhere((station, value) => station.Vlan == vlan && !LearnedValue.IsPermanent(value));

    /// <summary>Forgets the dynamic stations of a VLAN behind a port.</summary>
    /// <returns>How many.</returns>
    public int Flush(PortId port, VlanId vlan) => Table.RemoveWhere(
        (station, value) => station.Vlan == vlan && LearnedValue.Port(value) == port && !LearnedValue.IsPermanent(value));

    /// <summary>Forgets all dynamic stations.</summary>
    /// <returns>How many.</returns>
    public int Flush() => Table.RemoveWhere((_, value) => !LearnedValue.IsPermanent(value));

    /// <summary>Forgets the sticky stations behind a port.</summary>
    /// <returns>How many.</returns>
    public int FlushSticky(PortId port) => Table.RemoveWhere((_, value) => LearnedValue.Port(value) == port && LearnedValue.IsSticky(value));

    /// <summary>Reads the entry of a station, and changes nothing.</summary>
    /// <param name="station">Any key; a group address has no entry.</param>
    /// <param name="now">Seconds, as the caller counts them elsewhere.</param>
    /// <param name="entry">The entry, when the result is true.</param>
    /// <returns>False when there is none, or it has expired.</returns>
    public bool TryGet(StationKey station, uint now, out FilteringEntry entry)
    {
        ulong value = 0;
        bool isThere = station.IsStation && Table.Find(station, Table.Hash(station), now, out value, out _) >= 0;
        entry = isThere ? EntryOf(station, value, now) : default;
        return isThere;
    }

    /// <summary>All entries that have not expired.</summary>
    /// <param name="now">Seconds, as the caller counts them elsewhere.</param>
    public IReadOnlyList<FilteringEntry> Snapshot(uint now)
    {
        var entries = new List<FilteringEntry>(Count);
        Table.Visit(now, (station, value, _) => entries.Add(EntryOf(station, value, now)));
        return entries;
    }

    /// <summary>Limits how many stations a port may hold, sticky ones included and static ones not; those that it holds stay.</summary>
    /// <param name="port">A port that is plugged in; <see cref="Flush(PortId, bool)"/> with all entries ends its limit.</param>
    /// <param name="max">0 to <see cref="MaxCapacity"/>; null for no limit.</param>
    internal void SetLimit(PortId port, int? max) => Table.SetLimit(port, max);

    /// <summary>Limits how many stations a VLAN may hold, as for a port.</summary>
    /// <param name="vlan">0 to 4095.</param>
    /// <param name="max">0 to <see cref="MaxCapacity"/>; null for no limit.</param>
    internal void SetLimit(VlanId vlan, int? max) => Table.SetGroupLimit(vlan.Value, max);

    /// <summary>Has what is learned at a port from now on be sticky; what was learned before stays what it is.</summary>
    /// <param name="port">A port that is plugged in; <see cref="Flush(PortId, bool)"/> with all entries ends its stickiness.</param>
    /// <param name="isSticky">Whether.</param>
    internal void SetSticky(PortId port, bool isSticky) => Table.SetSticky(port, isSticky);

    /// <summary>Keeps a dynamic station from moving; it ages as usual, and is free again when it has expired.</summary>
    /// <returns>False when there is no such entry.</returns>
    internal bool Pin(StationKey station) => Table.TryPin(station, isPinned: true);

    /// <summary>Lets a station move again.</summary>
    /// <returns>False when there is no such dynamic entry.</returns>
    internal bool Unpin(StationKey station) => Table.TryPin(station, isPinned: false);

    /// <summary>Has a small empty database make of a frame what this one would; here nothing changes.</summary>
    internal void SketchInto(FilteringDatabase sketch, StationKey source, StationKey destination, PortId ingress, uint now) =>
        Table.SketchInto(sketch.Table, source, destination, ingress, now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Age"/>
    internal void Age(uint now) => Table.Age(now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Find(TKey, uint)"/>
    internal PortId Find(StationKey station, uint now) => Table.Find(station, now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Learn(TKey, PortId, uint)"/>
    internal LearnResult Learn(StationKey station, PortId port, uint now) => Table.Learn(station, port, now);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Held"/>
    internal int Held(PortId port) => Table.Held(port);

    /// <summary>Stations behind a port that <see cref="Flush(PortId, bool)"/> forgets: all but sticky and static ones.</summary>
    internal int HeldDynamic(PortId port) => Table.HeldDynamic(port);

    private static FilteringEntry EntryOf(StationKey station, ulong value, uint now)
    {
        FilteringEntryKind kind = LearnedValue.IsSticky(value) ? FilteringEntryKind.Sticky
            : LearnedValue.IsStatic(value) ? FilteringEntryKind.Static
            : FilteringEntryKind.Dynamic;
        int age = kind == FilteringEntryKind.Dynamic ? Math.Max(0, (int)(now - LearnedValue.Stamp(value))) : 0;
        return new(station.Vlan, station.Mac, LearnedValue.Port(value), kind, TimeSpan.FromSeconds(age));
    }
}
