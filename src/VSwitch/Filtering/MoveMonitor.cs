using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>Watches the moves of stations: who moves to and fro, who is to be held for it, and between which ports most move.</summary>
/// <remarks>
/// Any number of threads; one at a time under a lock, since moves are rare. Memory is bounded and taken at the start; a move allocates nothing. Time is given by
/// the caller in milliseconds since any fixed moment, 0 or more.
/// </remarks>
internal sealed class MoveMonitor
{
    /// <summary>The most moves that may be asked for: their times are kept for each station.</summary>
    internal const int MaxMoves = 1000;

    private readonly Lock _gate = new();
    private readonly StationTracks _tracks;
    private readonly PortPairMoves? _pairs;
    private readonly long[] _times; // of the last moves of each station, a ring
    private readonly int _moves;
    private readonly long _window;
    private readonly long _holdDown;
    private long _flaps;

    /// <summary>Makes a monitor that has seen nothing.</summary>
    /// <param name="moves">So many moves within <paramref name="window"/> are flapping; 2 to <see cref="MaxMoves"/>.</param>
    /// <param name="window">Longer than zero.</param>
    /// <param name="holdDown">How long a station that flaps is to be held; zero for not at all.</param>
    /// <param name="countsPairs">Moves between two ports are counted, too: <see cref="TryTakeBusiestPair"/>.</param>
    /// <param name="hashSeed">Scatters the stations.</param>
    internal MoveMonitor(int moves, TimeSpan window, TimeSpan holdDown, bool countsPairs = false, ulong hashSeed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(moves, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(moves, MaxMoves);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(holdDown, TimeSpan.Zero);
        _moves = moves;
        _window = (long)Math.Ceiling(window.TotalMilliseconds);
        _holdDown = (long)Math.Ceiling(holdDown.TotalMilliseconds);
        _tracks = new(hashSeed);
        _times = new long[StationTracks.Capacity * moves];
        _pairs = countsPairs ? new() : null;
    }

    /// <summary>Stations that are tracked now.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _tracks.Count;
            }
        }
    }

    /// <summary>How often a station was found flapping.</summary>
    internal long Flaps => Volatile.Read(ref _flaps);

    /// <summary>Notes that a station moved.</summary>
    /// <param name="station">Who.</param>
    /// <param name="from">Where it was.</param>
    /// <param name="to">Where it is now.</param>
    /// <param name="nowMilliseconds">When; threads may be a little apart.</param>
    internal FlapVerdict Note(StationKey station, PortId from, PortId to, long nowMilliseconds)
    {
        lock (_gate)
        {
            _pairs?.Note(from, to, nowMilliseconds);
            int at = _tracks.FindOrTake(station);
            if (at == StationTracks.None)
            {
                return FlapVerdict.Moved; // so many are held that one more cannot be watched
            }

            ref StationTrack track = ref _tracks[at];
            (track.From, track.To, track.LastMove) = (from, to, nowMilliseconds);
            _times[(at * _moves) + (int)(track.Moves % _moves)] = nowMilliseconds;
            track.Moves++;
            if (track.IsHeld)
            {
                return FlapVerdict.Hold; // it was forgotten and learned again, or moved before it was pinned
            }

            _tracks.Touch(at);
            return IsFlapping(at, nowMilliseconds) ? Judge(at, nowMilliseconds) : FlapVerdict.Moved;
        }
    }

    /// <summary>Ends what is over: of stations that have been held for long enough, and of those that have been silent for a window.</summary>
    /// <param name="now">Milliseconds.</param>
    /// <param name="released">Takes the stations that are to be held no longer.</param>
    internal void Advance(long now, List<StationKey> released)
    {
        lock (_gate)
        {
            while (_tracks.OldestHeld is var at && at != StationTracks.None && _tracks[at].HeldUntil <= now)
            {
                ref StationTrack track = ref _tracks[at];
                released.Add(track.Station);
                (track.LastMove, track.MovesBefore) = (now, track.Moves);
                _tracks.Release(at);
            }

            while (_tracks.OldestMoving is var at && at != StationTracks.None && now - _tracks[at].LastMove > _window)
            {
                _tracks.Remove(at);
            }
        }
    }

    /// <summary>The stations that are held or flap now, in no order.</summary>
    /// <param name="now">Milliseconds.</param>
    internal IReadOnlyList<FlappingStation> Snapshot(long now)
    {
        var stations = new List<FlappingStation>();
        lock (_gate)
        {
            AddFrom(_tracks.OldestHeld);
            AddFrom(_tracks.OldestMoving);
        }

        return stations;

        void AddFrom(int first)
        {
            for (int at = first; at != StationTracks.None; at = _tracks[at].Newer)
            {
                ref StationTrack track = ref _tracks[at];
                if (track.IsHeld || IsFlapping(at, now))
                {
                    stations.Add(new(track.Station.Vlan, track.Station.Mac, track.From, track.To, track.Moves, track.IsHeld));
                }
            }
        }
    }

    /// <summary>Finds the two ports between which most stations moved in any second since they were told last.</summary>
    /// <param name="threshold">Moves that there must have been.</param>
    /// <param name="a">One port, when the result is true.</param>
    /// <param name="b">The other.</param>
    /// <returns>False when none had so many, or pairs are not counted.</returns>
    internal bool TryTakeBusiestPair(int threshold, out PortId a, out PortId b)
    {
        (a, b) = (PortId.None, PortId.None);
        lock (_gate)
        {
            return _pairs is not null && _pairs.TryTakeBusiest(threshold, out a, out b);
        }
    }

    private bool IsFlapping(int at, long now)
    {
        ref StationTrack track = ref _tracks[at];
        return track.Moves - track.MovesBefore >= _moves
            && now - _times[(at * _moves) + (int)(track.Moves % _moves)] <= _window; // the oldest of the last
    }

    private FlapVerdict Judge(int at, long now)
    {
        ref StationTrack track = ref _tracks[at];
        if (_holdDown > 0)
        {
            _flaps++;
            track.HeldUntil = now + _holdDown;
            _tracks.Hold(at);
            return FlapVerdict.Hold;
        }

        if (now - track.Reported < _window)
        {
            return FlapVerdict.Moved;
        }

        _flaps++;
        track.Reported = now;
        return FlapVerdict.Flapping;
    }
}
