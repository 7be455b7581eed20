using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Tests.Filtering;

/// <summary>What a filtering database with room for all does, said as plainly as can be: a dictionary, and everything counted by going through it.</summary>
internal sealed class FilteringModel(uint ageingSeconds)
{
    private readonly Dictionary<StationKey, Entry> _entries = [];
    private readonly Dictionary<int, (PortId Port, int? Max, bool IsSticky)> _terms = [];
    private readonly Dictionary<VlanId, int> _vlanLimits = [];

    internal long Moves { get; private set; }

    internal long Refusals { get; private set; }

    internal int Count => _entries.Count;

    internal LearnResult Learn(StationKey station, PortId port, uint now)
    {
        Age(now);
        if (_entries.TryGetValue(station, out Entry? known))
        {
            if (known.Port == port)
            {
                known.Heard = now;
                return LearnResult.Known;
            }

            if (known.Kind != FilteringEntryKind.Dynamic || known.IsPinned)
            {
                return known.IsPinned ? LearnResult.Held : LearnResult.StaticElsewhere;
            }
        }

        if (!HasRoom(port))
        {
            Refusals++;
            return LearnResult.PortLimit;
        }

        if (known is null && _vlanLimits.TryGetValue(station.Vlan, out int max) && Learned.Count(e => e.Key.Vlan == station.Vlan) >= max)
        {
            Refusals++;
            return LearnResult.VlanLimit;
        }

        bool isSticky = _terms.TryGetValue(port.Index, out var terms) && terms.IsSticky;
        _entries[station] = new() { Port = port, Kind = isSticky ? FilteringEntryKind.Sticky : FilteringEntryKind.Dynamic, Heard = now };
        Moves += known is null ? 0 : 1;
        return known is null ? LearnResult.Learned : LearnResult.Moved;
    }

    internal void Age(uint now) => Forget((_, e) => e.Kind == FilteringEntryKind.Dynamic && now - e.Heard > ageingSeconds);

    internal bool Remove(StationKey station) => _entries.Remove(station);

    internal void AddStatic(StationKey station, PortId port) => _entries[station] = new() { Port = port, Kind = FilteringEntryKind.Static };

    internal bool Pin(StationKey station, bool isPinned)
    {
        bool isDynamic = _entries.TryGetValue(station, out Entry? entry) && entry.Kind == FilteringEntryKind.Dynamic;
        if (isDynamic)
        {
            entry!.IsPinned = isPinned;
        }

        return isDynamic;
    }

    internal int Unplug(PortId port)
    {
        if (_terms.TryGetValue(port.Index, out var terms) && terms.Port == port)
        {
            _terms.Remove(port.Index);
        }

        return Forget((_, e) => e.Port == port);
    }

    internal int Flush(Func<StationKey, PortId, bool> matches) => Forget((s, e) => e.Kind == FilteringEntryKind.Dynamic && matches(s, e.Port));

    internal int FlushSticky(PortId port) => Forget((_, e) => e.Kind == FilteringEntryKind.Sticky && e.Port == port);

    internal void SetLimit(PortId port, int? max) => _terms[port.Index] = TermsFor(port) with { Max = max };

    internal void SetSticky(PortId port, bool isSticky) => _terms[port.Index] = TermsFor(port) with { IsSticky = isSticky };

    internal void SetLimit(VlanId vlan, int? max)
    {
        _vlanLimits.Remove(vlan);
        if (max is int limit)
        {
            _vlanLimits[vlan] = limit;
        }
    }

    internal int Held(int place) => Learned.Count(e => e.Value.Port.Index == place);

    internal PortId Find(StationKey station) => _entries.TryGetValue(station, out Entry? entry) ? entry.Port : PortId.None;

    internal IEnumerable<FilteringEntry> Snapshot(uint now) => _entries.Select(e => new FilteringEntry(
        e.Key.Vlan, e.Key.Mac, e.Value.Port, e.Value.Kind, TimeSpan.FromSeconds(e.Value.Kind == FilteringEntryKind.Dynamic ? now - e.Value.Heard : 0)));

    private IEnumerable<KeyValuePair<StationKey, Entry>> Learned => _entries.Where(e => e.Value.Kind != FilteringEntryKind.Static);

    private bool HasRoom(PortId port) =>
        !_terms.TryGetValue(port.Index, out var terms) || (terms.Port == port && (terms.Max is null || Held(port.Index) < terms.Max));

    private (PortId Port, int? Max, bool IsSticky) TermsFor(PortId port)
    {
        if (_terms.TryGetValue(port.Index, out var terms) && terms.Port == port)
        {
            return terms;
        }

        Forget((_, e) => e.Port.Index == port.Index && e.Port != port);
        return (port, null, false);
    }

    private int Forget(Func<StationKey, Entry, bool> matches)
    {
        StationKey[] gone = [.. _entries.Where(e => matches(e.Key, e.Value)).Select(e => e.Key)];
        Array.ForEach(gone, station => _entries.Remove(station));
        return gone.Length;
    }

    private sealed class Entry
    {
        internal PortId Port { get; init; }

        internal FilteringEntryKind Kind { get; init; }

        internal uint Heard { get; set; }

        internal bool IsPinned { get; set; }
    }
}
