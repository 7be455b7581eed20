using System.Net;
using System.Runtime.CompilerServices;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Neighbors;

/// <summary>The IP neighbours of the switch: which hardware address and which port an IPv4 or IPv6 address is behind (ARP and ND cache in one).</summary>
/// <remarks>
/// It sends nothing: it says what is to be sent. Any number of threads may search, learn and read at once; searching takes no lock. Time is given by the caller in
/// milliseconds since any fixed moment, 0 or more. Source: RFC 4861, sections 7.2, 7.3 and appendix C; RFC 826. The README of this folder has the theory of operation.
/// </remarks>
public sealed partial class NeighborTable
{
    private const int MillisecondsPerSecond = 1000;

    private readonly LearningTable<IpAddressKey, NeighborSlot> _table;
    private readonly Resolutions _resolutions;
    private readonly Lock _gate = new(); // all that changes an entry, except its age; taken before the lock of the table
    private readonly int _reachableSeconds;
    private readonly long _delay;
    private readonly long _retransmit;
    private readonly int _maxMulticast;
    private readonly int _maxUnicast;
    private readonly bool _guard;
    private long _moves;
    private long _conflicts;
    private long _refused;
    private long _failures;

    /// <summary>Makes an empty table; its memory is taken now and never grows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside the range that it tells.</exception>
    public NeighborTable(NeighborOptions? options = null)
    {
        options ??= new NeighborOptions();
        _table = new(options.Capacity, options.AgeingTime, options.HashSeed);
        _reachableSeconds = (int)Math.Ceiling(InRange(options.ReachableTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(LinkWord.MaxLag)).TotalSeconds);
        _delay = (long)InRange(options.DelayFirstProbeTime, TimeSpan.Zero, TimeSpan.FromDays(1)).TotalMilliseconds;
        _retransmit = (long)InRange(options.RetransTimer, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)).TotalMilliseconds;
        _maxMulticast = InRange(options.MaxMulticastSolicit, 1, int.MaxValue);
        _maxUnicast = InRange(options.MaxUnicastSolicit, 1, int.MaxValue);
        _resolutions = new(InRange(options.MaxResolving, 1, 65_536), options.HashSeed);
        _guard = options.Guard;
    }

    /// <summary>Neighbours that fit.</summary>
    public int Capacity => _table.Capacity;

    /// <summary>Neighbours with a hardware address that are held now, silent ones that no sweep has met yet included.</summary>
    public int Count => _table.Count;

    /// <summary>Addresses that a timer runs for: asked for, or known and being checked.</summary>
    public int Resolving => _resolutions.Count;

    /// <summary>How often an address was taken over by another port or hardware address.</summary>
    public long Moves => Volatile.Read(ref _moves);

    /// <summary>How often an address was claimed elsewhere while its owner had been heard within the reachable time.</summary>
    public long Conflicts => Volatile.Read(ref _conflicts);

    /// <summary>Claims that were turned down, for the sake of a static entry or of the guard.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Addresses that were not learned because the table was full.</summary>
    public long NotLearned => _table.NotLearned;

    /// <summary>Entries that gave way to a neighbour behind a port that held less than its share.</summary>
    public long Displaced => _table.Displaced;

    /// <summary>Addresses that did not answer: never known, or known and forgotten.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Enters a neighbour that never ages, never moves and is never probed; an entry that was learned becomes static.</summary>
    /// <returns>False when the table is full, or one of the addresses is none of a host or a station.</returns>
    public bool TryAddStatic(IPAddress address, MacAddress mac, PortId port)
    {
        ArgumentNullException.ThrowIfNull(address);
        var key = IpAddressKey.From(address);
        lock (_gate)
        {
            bool added = mac.IsStation && _table.TryAddStatic(key, port, new LinkWord(mac, NeighborState.Permanent).Value);
            if (added)
            {
                EndTimer(key);
            }

            return added;
        }
    }

    /// <summary>Forgets a neighbour, static or learned; one that is only being asked for stays so.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Remove(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var key = IpAddressKey.From(address);
        lock (_gate)
        {
            bool removed = _table.Remove(key);
            if (removed && _resolutions.Find(key) is { IsIncomplete: false })
            {
                _resolutions.Remove(key);
            }

            return removed;
        }
    }

    /// <summary>All neighbours that have not expired, and the addresses that are being asked for, in no order.</summary>
    /// <param name="now">Milliseconds, as the caller counts them elsewhere.</param>
    public IReadOnlyList<NeighborEntry> Snapshot(long now)
    {
        var entries = new List<NeighborEntry>(Count);
        uint second = Second(now);
        lock (_gate)
        {
            _table.Visit(second, (address, value, extra) =>
            {
                var link = new LinkWord(extra);
                NeighborState state = IsStale(value, link, second) ? NeighborState.Stale : link.State;
                int age = LearnedValue.IsStatic(value) ? 0 : Math.Max(0, Silent(value, second));
                entries.Add(new(address.ToIPAddress(), link.HardwareAddress, LearnedValue.Port(value), state, TimeSpan.FromSeconds(age)));
            });
            foreach ((IpAddressKey address, Resolution resolution) in _resolutions.All)
            {
                if (resolution.IsIncomplete && _table.Find(address, Hash(address), second, out _, out _) < 0)
                {
                    TimeSpan age = TimeSpan.FromSeconds(Math.Max(0, now - resolution.Since) / MillisecondsPerSecond);
                    entries.Add(new(address.ToIPAddress(), default, PortId.None, NeighborState.Incomplete, age));
                }
            }
        }

        return entries;
    }

    /// <summary>Forgets all neighbours behind a port, and all that the port asked for, without a word to whoever waits for the same.</summary>
    /// <returns>How many of both.</returns>
    internal int Flush(PortId port, bool includeStatic = false)
    {
        lock (_gate)
        {
            int flushed = _table.Flush(port, includeStatic);
            foreach ((IpAddressKey address, Resolution resolution) in _resolutions.All)
            {
                if (resolution.Asker == port)
                {
                    flushed += resolution.IsIncomplete ? 1 : 0;
                    EndCheck(address);
                    _resolutions.Remove(address);
                }
            }

            return flushed;
        }
    }

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Locate"/>
    internal ulong Locate(ReadOnlySpan<IpAddressKey> keys, Span<ulong> hashes) => _table.Locate(keys, hashes);

    /// <inheritdoc cref="LearningTable{TKey, TSlot}.Hash"/>
    internal ulong Hash(IpAddressKey address) => _table.Hash(address);

    /// <summary>Finds out how an address is reached; lock-free.</summary>
    /// <param name="address">An address of a host; another is never found.</param>
    /// <param name="hash"><see cref="Hash"/> of it.</param>
    /// <param name="now">Milliseconds.</param>
    /// <param name="link">How, when the result is true.</param>
    /// <returns>False when it is not known; now and then also while it is just moving, and <see cref="Resolve"/> tells so then.</returns>
    internal bool TryFind(IpAddressKey address, ulong hash, long now, out NeighborLink link)
    {
        uint second = Second(now);
        if (_table.Find(address, hash, second, out ulong value, out ulong extra) < 0)
        {
            link = default;
            return false;
        }

        var word = new LinkWord(extra);
        link = new(word.HardwareAddress, LearnedValue.Port(value), IsStale(value, word, second));
        return true;
    }

    /// <inheritdoc cref="TryFind(IpAddressKey, ulong, long, out NeighborLink)"/>
    internal bool TryFind(IpAddressKey address, long now, out NeighborLink link) => TryFind(address, Hash(address), now, out link);

    private static uint Second(long now) => (uint)((ulong)now / MillisecondsPerSecond);

    /// <summary>Seconds since an entry was heard. Signed: a clock reading that is a little older than another thread's must not see the future as very old.</summary>
    private static int Silent(ulong value, uint second) => (int)(second - LearnedValue.Stamp(value));

    private static T InRange<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }

    /// <summary>The entry is to be confirmed before long.</summary>
    private bool IsStale(ulong value, LinkWord link, uint second) =>
        link.IsStale || (link.IsConfirmed && Silent(value, second) + link.Lag >= _reachableSeconds);

    /// <summary>The owner of an address counts as present.</summary>
    private bool IsPresent(ulong value, uint second) => Silent(value, second) < _reachableSeconds;
}
